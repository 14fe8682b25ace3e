/** Step 2.7: the roles that the learner's policies make, and what whoever has them is let do. A denied call costs no program. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { Check, Keys, PolicyStatement } from '../../../../workbook/kit/contract.ts';
import { arnOf } from './network.ts';

export const services = ['feed', 'publish', 'chat'] as const;
export type ServiceName = (typeof services)[number];

/** By the names that stand for them in policies.json: what the services have. */
export const places = ['FEED_TABLE', 'NAMES', 'CHAT_TABLE', 'CHAT', 'EVENTS'] as const;
export type Place = (typeof places)[number];
export type Names = Readonly<Record<Place, string>>;

export interface Document {
  readonly Statement: readonly PolicyStatement[];
}

const KINDS: Readonly<Record<Place, 'table' | 'function' | 'queue'>> = {
  FEED_TABLE: 'table',
  NAMES: 'table',
  CHAT_TABLE: 'table',
  CHAT: 'function',
  EVENTS: 'queue',
};

/** As the learner wrote it. */
type Form = Partial<Record<ServiceName, { readonly Statement?: PolicyStatement | readonly PolicyStatement[] }>>;

/** The learner's documents, with ARNs for what stands for them. */
export async function policiesOf(t: Check, names: Names): Promise<Record<ServiceName, Document>> {
  const arn = (text: string): string =>
    text.replace(new RegExp(`^(${places.join('|')})(?![A-Z_])`), (place) =>
      arnOf(t, KINDS[place as Place], names[place as Place]),
    );
  const form = parsed(t, await t.read('policies.json'), arn);
  const documents = {} as Record<ServiceName, Document>;
  for (const service of services) {
    // IAM takes a single statement without brackets, too: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    const Statement = [form?.[service]?.Statement ?? []].flat();
    t.that(Statement.length > 0 && Statement.every((one) => typeof one === 'object' && one !== null), {
      expected: `policies.json has a policy document for ${service}, with a statement or a list of statements`,
      seen: JSON.stringify(form?.[service]) ?? 'nothing',
      cause: 'A document is {"Version": "2012-10-17", "Statement": [{"Effect": …, "Action": …, "Resource": …}]}.',
    });
    documents[service] = { ...form![service]!, Statement };
  }
  return documents;
}

/** The form, each text in it replaced. */
function parsed(t: Check, text: string, replace: (text: string) => string): Form | null {
  try {
    return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? replace(value) : value)) as Form | null;
  } catch (error) {
    t.that(false, {
      expected: 'policies.json is JSON',
      seen: error instanceof Error ? error.message : String(error),
      cause: 'A comma, a bracket or a quotation mark is missing, or one too many.',
    });
    throw error;
  }
}

export interface Hired {
  readonly role: string;
  /** Of a session of the role. */
  readonly keys: Keys;
}

/** Makes a role with this policy, and begins a session of it. */
export async function hire(t: Check, service: ServiceName, document: Document): Promise<Hired> {
  const RoleName = t.seeded.name(service);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${t.accountId}:root` }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await t.aws.iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyDocument = JSON.stringify(document);
  const malformed = await t.aws.iam
    .send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
    .then(() => undefined)
    .catch((error: Error) => error);
  t.that(malformed === undefined, {
    expected: `IAM takes the policy of ${service}`,
    seen: `${malformed?.name}: ${malformed?.message}`,
    cause: 'Something in it is no policy: an effect that is neither Allow nor Deny, or a statement without actions.',
  });
  const { Credentials: keys } = await t.aws.sts.send(
    new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 'grader' }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = keys!;
  return {
    role: RoleName,
    keys: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! },
  };
}

/** The call was let through, whatever came of it then. */
export async function isLetIn(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    return !/^AccessDenied/.test((error as Error).name);
  }
}
