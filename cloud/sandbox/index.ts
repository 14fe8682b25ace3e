/** The sandboxes, by name. */
import type { OpenSandbox } from './contract.ts';
import { openProcessSandbox } from './process.ts';
import { openSealedSandbox } from './sealed.ts';

/** Opens a sandbox. Throws `SandboxUnavailable` when this machine cannot have it; never opens another in its place. */
export const openSandbox: OpenSandbox = (options) =>
  options.name === 'sealed' ? openSealedSandbox(options) : openProcessSandbox(options);
