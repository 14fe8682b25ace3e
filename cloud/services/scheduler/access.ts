/** May the caller do this to a schedule or a group? */
import type { Call } from '../../contract.ts';

/** Throws `AccessDeniedException` unless the caller's policies allow `scheduler:OPERATION`. */
export function authorize(call: Call, resource: string): void {
  call.core.identity.authorize({ principal: call.principal, action: `scheduler:${call.operation}`, resource });
}
