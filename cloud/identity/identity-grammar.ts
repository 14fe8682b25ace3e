/**
 * Documents of identity-based policies: of users, roles and sessions. Checks and their order follow what AWS has answered, as
 * moto's tests record it (tests/test_iam/test_iam_policies.py of https://github.com/getmoto/moto). Mirrors
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { AwsError } from '../contract.ts';
import { dateOf } from './operators.ts';
import { malformed, many, type Policy, readPolicy, type Statement } from './policy.ts';

const SYNTAX = 'Syntax errors in policy.';
const LEGACY = 'The policy failed legacy parsing';

/** Throws `MalformedPolicyDocument` with the first thing that is wrong. */
export function assertIdentityPolicy(document: string): void {
  const { Version, Statement: statements } = shapeOf(document);
  if (Version !== '2012-10-17') throw malformed('Policy document must be version 2012-10-17 or greater.');
  if (statements.some((one) => one.Principal !== undefined || one.NotPrincipal !== undefined)) {
    throw malformed('Policy document should not specify a principal.');
  }
  const resources = statements.flatMap(({ Resource, NotResource }) => many(Resource ?? NotResource));
  const wrong = resources.map(mistakeOfResource).find((mistake) => mistake !== undefined);
  if (!statements.every(isOldForm) || (wrong === undefined && !resources.every(isOldArn))) throw malformed(LEGACY);
  assertSids(statements);
  if (statements.some(({ Action, NotAction }) => many(Action ?? NotAction).length === 0)) {
    throw malformed('Policy statement must contain actions.');
  }
  if (wrong !== undefined) throw malformed(wrong);
  for (const { Action, NotAction } of statements) many(Action ?? NotAction).forEach(assertAction);
  if (statements.some(({ Resource, NotResource }) => many(Resource ?? NotResource).length === 0)) {
    throw malformed('Policy statement must contain resources.');
  }
}

function shapeOf(document: string): Policy {
  const policy = read(document);
  const effects = policy?.Statement.map(({ Effect }) => String(Effect).toLowerCase()) ?? [];
  if (!policy || effects.length === 0 || !effects.every((effect) => effect === 'allow' || effect === 'deny')) {
    throw malformed(SYNTAX);
  }
  return policy;
}

function read(document: string): Policy | undefined {
  try {
    return readPolicy(document);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

const isOldForm = ({ Effect, Condition }: Statement): boolean =>
  (Effect === 'Allow' || Effect === 'Deny') &&
  Object.entries(Condition ?? {})
    .filter(([operator]) => /^(\w+:)?Date/.test(operator))
    .flatMap(([, keys]) => Object.values(keys).flat())
    .every((value) => !Number.isNaN(dateOf(String(value))));

const isOldArn = (resource: string): boolean =>
  resource === '*' || ((resource.split(':').length > 5 || !resource.includes('::')) && resource.split(':')[2] !== '');

function assertSids(statements: readonly Statement[]): void {
  const sids = statements.flatMap(({ Sid }) => (Sid ? [Sid] : []));
  if (!sids.every((sid) => /^[0-9A-Za-z]*$/.test(sid))) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  if (new Set(sids).size < sids.length) throw malformed('Statement IDs (SID) in a single policy must be unique.');
}

function assertAction(action: string): void {
  if (action === '*') return;
  const [vendor = '', ...names] = action.split(':');
  if (names.length === 0) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (names.length > 1) throw malformed('Actions/Condition can contain only one colon.');
  if (vendor !== '*' && !/^[a-zA-Z0-9.-]*$/.test(vendor)) throw malformed(`Vendor ${vendor} is not valid`);
}

const IAM_PATHS = [
  ...['user/', 'federated-user/', 'role/', 'group/', 'instance-profile/', 'mfa/', 'server-certificate/', 'policy/'],
  ...['sms-mfa/', 'saml-provider/', 'oidc-provider/', 'report/', 'access-report/'],
];

function mistakeOfResource(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const [, partition, service, region, account, ...rest] = resource.split(':');
  if (partition === undefined) return `Resource ${resource} must be in ARN format or "*".`;
  if (!/^(aws[a-z-]*|\*)$/.test(partition)) {
    const parts = [service, region, account, rest.length > 0 ? rest.join(':') : undefined];
    const shown = parts.map((part) => part ?? '*').join(':');
    return `Partition "${partition}" is not valid for resource "arn:${partition}:${shown}".`;
  }
  if (service === undefined || /[*?]/.test(service)) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.';
  }
  // Access points of S3 have a region, and an account.
  if (service === 's3' && region && !account) return `Resource ${resource} can not contain region information.`;
  if (service === 'iam' && region) return `IAM resource ${resource} cannot contain region information.`;
  const path = rest.join(':');
  if (service === 'iam' && path !== '*' && !IAM_PATHS.some((start) => path.startsWith(start))) {
    return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`;
  }
  return undefined;
}
