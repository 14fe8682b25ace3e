/** The program's own command line and environment, the same in every sandbox. */
import { basename } from 'node:path';
import type { Clock } from '../contract.ts';
import type { ProgramSpec } from './contract.ts';

export interface CloudAddress {
  readonly port: number;
  /** The cloud's Unix socket as the program sees it: only where there is no network. */
  readonly socket?: string;
}

/** Has the preload something to be told? On a held clock to share its time, in a sealed sandbox to reach the cloud, and how wrong its clock is to be. */
const isTold = (clock: Pick<Clock, 'held'>, address: CloudAddress, skew: number): boolean =>
  clock.held || address.socket !== undefined || skew !== 0;

/** Is the program itself one of Node, rather than a shell that may start some? */
export const runsNode = ({ command }: ProgramSpec): boolean => basename(command[0] ?? '') === 'node';

/** `node` becomes `nodePath` with the flags that a sandboxed program runs with; anything else stays as it is. */
export function commandOf(spec: ProgramSpec, nodePath: string, preload: string): string[] {
  const [, ...words] = spec.command;
  if (!runsNode(spec)) return [...spec.command];
  return [
    nodePath,
    '--enable-source-maps',
    ...(spec.memoryMb ? [`--max-old-space-size=${Math.max(128, spec.memoryMb)}`] : []),
    ...(spec.onInspector ? ['--inspect-wait=127.0.0.1:0'] : []),
    '--require',
    preload,
    ...words,
  ];
}

/** The environment: what the caller gives, a home and a temporary folder, and what the preload has to know. */
export function environmentOf(
  spec: ProgramSpec,
  folders: { readonly home: string; readonly temporary: string; readonly bin?: string; readonly tools?: string },
  name: string,
  clock: Clock,
  address: CloudAddress,
): Record<string, string> {
  const { skew = 0 } = spec;
  const path = spec.environment.PATH ?? '/usr/local/bin:/usr/bin:/bin';
  return {
    ...spec.environment,
    PATH: [folders.tools, folders.bin, path].filter((part) => part !== undefined).join(':'),
    HOME: folders.home,
    TMPDIR: folders.temporary,
    ...(isTold(clock, address, skew) && runsNode(spec)
      ? {
          CLOUD_PROGRAM: JSON.stringify({
            name,
            host: '127.0.0.1',
            ...(clock.held ? { now: clock.now() + skew } : { skew }),
            ...address,
          }),
        }
      : {}),
  };
}
