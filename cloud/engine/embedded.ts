/** What the embedded cloud says of itself; that it is so is what `probe.test.ts` shows. */
import type { Sandbox } from '../sandbox/contract.ts';
import type { Capabilities } from './capabilities.ts';

/** All of it, but for what this machine does not let the sandbox do. */
export const embeddedCapabilities = ({ capabilities }: Pick<Sandbox, 'capabilities'>): Capabilities => ({
  'virtual-time': true,
  freeze: capabilities.freeze !== 'none' || 'this machine cannot stop the processes of a function',
  'token-expiry': true,
  iam: true,
  faults: true,
  kill: true,
  trace: true,
  hops: true,
  scripts: true,
});
