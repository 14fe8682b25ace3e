/** Functions as destinations of other services. */
import { AwsError, type Core, type Delivery, type Principal, type Target } from '../../contract.ts';
import { policyOf } from './access.ts';
import type { AsyncQueue } from './asynchronous.ts';
import { functionNotFound } from './errors.ts';
import { parseReference } from './names.ts';
import type { FunctionStore } from './store.ts';

/** Other services invoke a function asynchronously when its policy lets them, or a role's lets the role they act as. */
export function createTarget(core: Core, store: FunctionStore, events: AsyncQueue): Target {
  const find = (arn: string) => {
    const reference = parseReference(arn, '');
    return { of: store.find(reference.accountId, reference.name), ...reference };
  };
  const admitted = (arn: string, service: string, sourceArn: string, sourceAccount: string) => {
    const { of, qualifier } = find(arn);
    if (!of) throw functionNotFound(arn);
    const request = { service, action: 'lambda:InvokeFunction', resource: arn, sourceArn, sourceAccount };
    if (!core.identity.resourcePolicyAllows(policyOf(of), request)) {
      throw new AwsError(
        'AccessDeniedException',
        `The policy of ${arn} does not let ${service} invoke it for ${sourceArn}.`,
        403,
      );
    }
    return { of, qualifier };
  };
  const admittedAs = (arn: string, principal: Principal) => {
    const { of, qualifier, accountId } = find(arn);
    core.identity.authorize({
      principal,
      action: 'lambda:InvokeFunction',
      resource: arn,
      resourceAccount: accountId,
      ...(of && of.permissions.length > 0 ? { resourcePolicy: policyOf(of) } : {}),
    });
    if (!of) throw functionNotFound(arn);
    return { of, qualifier };
  };
  return {
    verify: (arn, from, sourceArn, sourceAccount) => void admitted(arn, from, sourceArn, sourceAccount),
    deliver: async (arn: string, { payload, from, sourceArn, sourceAccount, cause, as }: Delivery) => {
      const { of, qualifier } = as ? admittedAs(arn, as) : admitted(arn, from, sourceArn, sourceAccount);
      events.enqueue(of, qualifier, payload, cause);
    },
  };
}
