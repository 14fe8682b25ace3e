/**
 * How large policies may be, and how many of them one may have. White space does not count.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { AwsError } from '../../contract.ts';
import type { Holder } from '../../identity/directory.ts';

export type Kind = 'role' | 'user';

/** Characters of all inline policies together. */
const INLINE = { role: 10_240, user: 2048 } as const;
const MANAGED = 6144;
const TRUST = 2048;
const ATTACHED = { role: ['PoliciesPerRole', 10], user: ['PoliciesPerUser', 10] } as const;

const sizeOf = (document: string): number => document.replace(/\s/g, '').length;

const limitExceeded = (message: string): AwsError => new AwsError('LimitExceeded', message, 409);
const quotaExceeded = (quota: string, most: number): AwsError =>
  limitExceeded(`Cannot exceed quota for ${quota}: ${most}`);

/** Throws `LimitExceeded` where this policy is one too many characters. */
export function assertInlineFits(holder: Holder, kind: Kind, name: string, document: string): void {
  const documents = [...new Map(holder.inline).set(name, document).values()];
  const size = documents.reduce((sum, one) => sum + sizeOf(one), 0);
  if (size > INLINE[kind]) {
    throw limitExceeded(`Maximum policy size of ${INLINE[kind]} bytes exceeded for ${kind} ${holder.name}`);
  }
}

export function assertManagedFits(document: string): void {
  if (sizeOf(document) > MANAGED) throw quotaExceeded('PolicySize', MANAGED);
}

export function assertTrustFits(document: string): void {
  if (sizeOf(document) > TRUST) throw quotaExceeded('ACLSizePerRole', TRUST);
}

export function assertAttachable(holder: Holder, kind: Kind, arn: string): void {
  const [quota, most] = ATTACHED[kind];
  if (!holder.attached.has(arn) && holder.attached.size >= most) throw quotaExceeded(quota, most);
}
