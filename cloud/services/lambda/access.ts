/** May the caller do this to a function? */
import type { Call } from '../../contract.ts';
import type { LambdaFunction } from './store.ts';

/** Throws `AccessDeniedException` unless the caller's policies, or the function's own, allow `lambda:ACTION`. */
export function authorize(
  call: Call,
  action: string,
  of: LambdaFunction,
  qualifier?: string,
  context?: Readonly<Record<string, string>>,
): void {
  const resource = qualifier === undefined ? of.arn : `${of.arn}:${qualifier}`;
  call.core.identity.authorize({
    principal: call.principal,
    action: `lambda:${action}`,
    resource,
    resourceAccount: of.accountId,
    ...(of.permissions.length > 0 ? { resourcePolicy: policyOf(of) } : {}),
    ...(context ? { context } : {}),
  });
}

/** The same for what is about no function in particular, or one that is not there yet. */
export function authorizeOn(call: Call, action: string, resource: string): void {
  call.core.identity.authorize({ principal: call.principal, action: `lambda:${action}`, resource });
}

/**
 * The role that a function is given is the caller's to pass, and trusts Lambda. Throws `AccessDeniedException`,
 * `InvalidParameterValueException`. Mirrors https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
export function assertRole({ core, principal }: Call, role: string): void {
  const service = 'lambda.amazonaws.com';
  core.identity.assertPassable(principal, role, service);
  core.identity.assertAssumable(role, service);
}

export const policyOf = (of: LambdaFunction, resource?: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'default',
    Statement: of.permissions.filter((statement) => resource === undefined || statement.Resource === resource),
  });
