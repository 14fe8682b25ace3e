/**
 * Policies that a session is given when it begins: of its role's rights it has those that they allow.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { AwsError } from '../../contract.ts';
import type { Directory } from '../../identity/directory.ts';
import { assertIdentityPolicy } from '../../identity/identity-grammar.ts';

/** The documents. Throws `MalformedPolicyDocument`, and `ValidationError` for a managed policy that is not there. */
export function sessionPolicies({ Policy, PolicyArns = [] }: AssumeRoleCommandInput, directory: Directory): string[] {
  const managed = PolicyArns.map(({ arn = '' }) => {
    const document = directory.document(arn);
    if (document === undefined) throw new AwsError('ValidationError', `Policy ${arn} does not exist.`, 400);
    return document;
  });
  if (Policy !== undefined) assertIdentityPolicy(Policy);
  return Policy === undefined ? managed : [Policy, ...managed];
}
