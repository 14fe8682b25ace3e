/**
 * Trust policies: who may assume a role.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-trust-policy
 */
import { constraints } from '../../identity/constraints.ts';
import { malformed, many, parsePolicy } from '../../identity/policy.ts';
import { assertTrustFits } from './quotas.ts';
import { DOCUMENT } from './shared.ts';

/** The document. Throws `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`. */
export function checkTrust(document: string | undefined, member: string): string {
  constraints([[member, document, DOCUMENT]]);
  const { Statement } = parsePolicy(document!);
  for (const { Action, NotAction, Resource, NotResource, NotPrincipal } of Statement) {
    if (NotPrincipal !== undefined) throw malformed('AssumeRole policy must not contain NotPrincipal field.');
    if (!many(Action ?? NotAction).every((action) => /^sts:/i.test(action))) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
    if (Resource !== undefined) throw malformed('Has prohibited field Resource');
    if (NotResource !== undefined) throw malformed('Has prohibited field NotResource');
  }
  assertTrustFits(document!);
  return document!;
}
