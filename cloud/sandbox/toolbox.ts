/**
 * The small programs that stand early in the PATH of a sandbox: `sleep` and `date` where the clock is held, and what an
 * instance has besides. Where mount namespaces are to be had, an instance finds them under the system's own paths too.
 */
import { existsSync, realpathSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asked, DeskClient, ToolDesk } from './tool-desk.ts';

export interface Tools {
  /** What a Node program that a shell starts has to know. */
  readonly settings: (name: string) => object;
  /** Requests go to this client, those too that came before it was there. */
  bind(client: DeskClient): void;
  close(): void;
}

export interface ToolboxOptions {
  readonly desk: ToolDesk;
  readonly instance: boolean;
  readonly held: boolean;
  /** The folders on our side. */
  readonly tools: string;
  readonly replies: string;
  /** The same, the desk's pipe if not where it is, Node and the preload, as the program sees them. */
  readonly seen: {
    readonly tools: string;
    readonly replies: string;
    readonly pipe?: string;
    readonly node: string;
    readonly preload?: string;
  };
  /** Can files be mounted over the system's? */
  readonly mounts: boolean;
  settings(name: string, key: string): object;
}

/** A file of ours and the place where the program finds it. */
export type Mount = readonly [from: string, to: string];

/** What would switch off the machine; `systemctl` is behind most of them. */
const POWER = ['shutdown', 'poweroff', 'halt', 'reboot', 'init', 'telinit', 'systemctl'];
const FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];
const LONGEST_SCRIPT_WORD =
  /(?<![\w.-])((?:\/usr)?\/s?bin\/(?:shutdown|poweroff|halt|reboot|init|telinit|systemctl))(?![\w.-])/g;

const sources = new Map<string, Promise<string>>();
const source = (name: string): Promise<string> => {
  let text = sources.get(name);
  if (!text) {
    text = readFile(fileURLToPath(new URL(`./tools/${name}.sh`, import.meta.url)), 'utf8');
    sources.set(name, text);
  }
  return text;
};

export interface Made extends Tools {
  /** What has to be mounted for them, in this order. */
  readonly mounts: readonly Mount[];
  /** The desk's pipe, on our side. */
  readonly pipe: string;
}

/** Writes the tools. */
export async function makeTools(options: ToolboxOptions): Promise<Made> {
  const { desk, instance, held, tools, seen } = options;
  const slot: { client?: DeskClient } = {};
  // A program runs before we have been told that it does.
  const early: Asked[] = [];
  const account = await desk.open(options.replies, {
    ask: (asked: Asked) => {
      if (slot.client) slot.client.ask(asked);
      else early.push(asked);
    },
    connect: (name: string, channel: Socket) => slot.client?.connect(name, channel),
  });
  await mkdir(tools, { recursive: true });
  await mkdir(options.replies, { recursive: true });
  const over = instance && options.mounts;
  const real = (name: string): string => (over ? join(seen.tools, `real-${name}`) : `/bin/${name}`);
  const values: Readonly<Record<string, string>> = {
    KEY: account.key,
    DESK: seen.pipe ?? account.pipe,
    REPLIES: seen.replies,
    SLEEP: real('sleep'),
    DATE: real('date'),
    // BSD's date takes seconds by -r, GNU's by -d.
    GIVEN: process.platform === 'linux' ? '-d @' : '-r ',
    NODE: seen.node,
    PRELOAD: seen.preload ?? '',
  };
  const write = async (name: string, from: string): Promise<void> => {
    const text = (await source(from)).replace(/@([A-Z]+)@/g, (_, key: string) => values[key] ?? '');
    await writeFile(join(tools, name), text);
    await chmod(join(tools, name), 0o755);
  };
  const names = [
    ...(held ? [['sleep', 'sleep'] as const, ['date', 'date'] as const] : []),
    ...(instance ? [...POWER.map((name) => [name, 'power'] as const), ['sudo', 'sudo'] as const] : []),
    ...(instance && seen.preload ? [['node', 'node'] as const] : []),
  ];
  await Promise.all(names.map(([name, from]) => write(name, from)));
  const mounts: Mount[] = [];
  if (over) {
    for (const name of held ? ['sleep', 'date'] : []) {
      const found = systemPaths(name);
      if (found.length === 0) continue;
      await writeFile(join(tools, `real-${name}`), '');
      mounts.push([found[0]!, join(seen.tools, `real-${name}`)]);
      for (const path of found) mounts.push([join(tools, name), path]);
    }
    for (const path of new Set([...POWER, 'sudo'].flatMap(systemPaths))) {
      mounts.push([join(tools, toolFor(path)), path]);
    }
  }
  return {
    mounts,
    pipe: account.pipe,
    settings: (name) => options.settings(name, account.key),
    bind: (client) => {
      slot.client = client;
      for (const asked of early.splice(0)) client.ask(asked);
    },
    close: account.close,
  };
}

/** Why this script cannot run as an instance: it names a power switch by a path at which the machine's own would answer. */
export function refuses(script: string, mounts: boolean): string | undefined {
  for (const [, path = ''] of script.matchAll(LONGEST_SCRIPT_WORD)) {
    const name = basename(path);
    if (mounts && systemPaths(name).some((found) => found === realpathOf(path))) continue;
    const why = mounts
      ? `this machine has no ${path} in whose place the instance's own could be put`
      : `this machine has no mount namespaces, and ${path} would be the machine's own`;
    return `The script calls ${path}, and ${why}. Without a path, "${name}" means the instance's own.`;
  }
  return undefined;
}

/** Where the system has a program, by its real path; one that is part of a larger program cannot be mounted over. */
function systemPaths(name: string): string[] {
  const found = FOLDERS.map((folder) => join(folder, name)).filter((path) => existsSync(path));
  const real = new Set(found.map((path) => realpathOf(path)));
  const own = [name, 'systemctl', ...(name === 'init' || name === 'telinit' ? ['systemd'] : [])];
  return [...real].filter((path) => own.includes(basename(path)));
}

/** The tool that stands at a real path: it knows by the name that it is called by what is meant. */
const toolFor = (path: string): string => (basename(path) === 'systemd' ? 'init' : basename(path));

function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
