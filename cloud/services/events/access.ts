/** May the caller do this to a bus or a rule? */
import type { Call } from '../../contract.ts';
import type { ConditionKeys } from './condition-keys.ts';
import type { Bus } from './store.ts';

/** Throws `AccessDeniedException` unless the caller's policies, or the bus's own, allow `events:OPERATION`. */
export function authorize(call: Call, resource: string, bus?: Bus, context: ConditionKeys = {}): void {
  call.core.identity.authorize({
    principal: call.principal,
    action: `events:${call.operation}`,
    resource,
    resourceAccount: resource.split(':')[4] || call.accountId,
    context,
    ...(bus?.policy ? { resourcePolicy: bus.policy } : {}),
  });
}
