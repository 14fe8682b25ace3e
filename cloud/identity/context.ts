/**
 * What is known of a request when policies are evaluated: the condition keys of its request context, read when the first
 * condition or variable asks. Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import type { AuthorizationRequest, ConditionKeys, Millis, Principal, ServiceRequest } from '../contract.ts';
import type { Holder } from './directory.ts';

export class RequestContext {
  private seen: ReadonlyMap<string, string | readonly string[]> | undefined;

  constructor(private readonly read: () => ConditionKeys) {}

  /** Of a key in lower case: none where it is absent. */
  values(key: string): readonly string[] {
    const value = this.find(key);
    return value === undefined ? [] : typeof value === 'string' ? [value] : value;
  }

  /** The same of a single-valued key. */
  single(key: string): string | undefined {
    const value = this.find(key);
    return typeof value === 'string' ? value : undefined;
  }

  private find(key: string): string | readonly string[] | undefined {
    if (!this.seen) {
      const seen = new Map<string, string | readonly string[]>();
      for (const [name, value] of Object.entries(this.read())) {
        if (value !== undefined) seen.set(name.toLowerCase(), value);
      }
      this.seen = seen;
    }
    return this.seen.get(key);
  }
}

/** The only region that calls go to which no request has brought: of services, on their own. */
const HOME_REGION = 'us-east-1';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
const PRINCIPAL_TYPES = { root: 'Account', user: 'User', role: 'AssumedRole', anonymous: 'Anonymous' } as const;

/** The caller itself, what has been said of it, and its request. */
export function keysOfRequest(
  { principal, resource, resourceAccount, context }: AuthorizationRequest,
  holder: Holder | undefined,
  now: Millis,
): ConditionKeys {
  const { kind, accountId, issuedAt, request } = principal;
  const signed = kind !== 'anonymous';
  const tags = [...(holder?.tags ?? []), ...(principal.session?.tags ?? [])];
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key.toLowerCase()}`, Value])),
    'aws:PrincipalArn': signed ? (principal.roleArn ?? principal.arn) : undefined,
    'aws:PrincipalAccount': signed ? accountId : 'anonymous',
    'aws:PrincipalType': kind === 'service' ? undefined : PRINCIPAL_TYPES[kind],
    'aws:PrincipalIsAWSService': signed ? 'false' : undefined,
    'aws:userid': principal.userId,
    'aws:username': kind === 'user' ? nameOf(principal) : undefined,
    'aws:TokenIssueTime': issuedAt === undefined ? undefined : isoSeconds(issuedAt),
    // Of temporary credentials alone, and nobody signs in with MFA here.
    'aws:MultiFactorAuthPresent': issuedAt === undefined ? undefined : 'false',
    'aws:ResourceAccount': resourceAccount ?? (resource.split(':')[4] || accountId || undefined),
    'aws:RequestedRegion': request?.region ?? (resource.split(':')[3] || HOME_REGION),
    'aws:SourceIp': request?.sourceIp,
    'aws:UserAgent': request?.userAgent,
    'aws:Referer': request?.referer,
    'aws:ViaAWSService': 'false',
    'aws:SecureTransport': request ? 'false' : 'true',
    ...keysOfTime(now),
    ...context,
  };
}

/** Of what a service does under its own name. */
export const keysOfService = (
  { service, resource, sourceArn, sourceAccount }: ServiceRequest,
  now: Millis,
): ConditionKeys => ({
  'aws:PrincipalIsAWSService': 'true',
  'aws:PrincipalServiceName': service,
  'aws:PrincipalServiceNamesList': [service],
  'aws:SourceArn': sourceArn || undefined,
  'aws:SourceAccount': sourceAccount || undefined,
  // What the default policy of a topic asks for. Alarms alone have it: other services need a statement of their own.
  'aws:SourceOwner': service === 'cloudwatch.amazonaws.com' ? sourceAccount : undefined,
  'aws:ResourceAccount': resource.split(':')[4] || undefined,
  'aws:RequestedRegion': resource.split(':')[3] || HOME_REGION,
  'aws:ViaAWSService': 'false',
  'aws:SecureTransport': 'true',
  ...keysOfTime(now),
});

const keysOfTime = (now: Millis): ConditionKeys => ({
  'aws:CurrentTime': isoSeconds(now),
  'aws:EpochTime': String(Math.floor(now / 1000)),
});

const nameOf = ({ arn }: Principal): string | undefined => arn.split('/').at(-1);

const isoSeconds = (time: Millis): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
