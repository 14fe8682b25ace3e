/** What the embedded cloud says of itself; that it is so is what `probe.test.ts` shows. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/contract.ts';
import { INSTANCE_PATH } from '../services/ec2/paths.ts';
import type { Capabilities } from './capabilities.ts';

/** All of it, but for what this machine does not let the sandbox do, or does not have. */
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
  instances: true,
  // Not started for that: every run asks, and it takes half a second.
  ansible: findAnsible() !== undefined || NO_ANSIBLE,
});

/** Why playbooks do not run. */
export const NO_ANSIBLE = `there is no ansible-playbook in ${INSTANCE_PATH}`;

/** The program's path, where instances look for it; or in other folders, apart by colons. */
export function findAnsible(folders = INSTANCE_PATH): string | undefined {
  return folders
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'ansible-playbook'))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
