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

export const policyOf = (of: LambdaFunction, resource?: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'default',
    Statement: of.permissions.filter((statement) => resource === undefined || statement.Resource === resource),
  });
