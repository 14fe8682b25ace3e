/**
 * The sandbox `process`, for people's own code on their own machine. It keeps a program's environment, folders and processes
 * apart, and it claims no protection. On Linux each program has a pid namespace of its own, so that all its descendants are
 * known whatever they do; where that cannot be had, and on macOS, a process group stands in and says that it may miss some.
 */
import { chmodSync, chownSync, existsSync } from 'node:fs';
import { chmod, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ownFolder } from '../core/no-links.ts';
import { commandOf, environmentOf, runsNode } from './command.ts';
import { type Containment, mountList, probeContainment } from './containment.ts';
import type { OpenSandbox, Program, ProgramSpec, Sandbox } from './contract.ts';
import { Marks } from './marks.ts';
import { layered } from './modules.ts';
import { passwd } from './passwd.ts';
import { preloadFile } from './preload/bundle.ts';
import type { ProcFiles } from './proc-files.ts';
import { killNamespace, runProgram, signal, treeBelow } from './program.ts';
import { readyToStart, startProgram } from './starter.ts';
import { Starts } from './starts.ts';
import { openToolDesk, type ToolDesk } from './tool-desk.ts';
import { type Mount, makeTools, refuses } from './toolbox.ts';

/** `nobody` on every Linux. */
export const UNPRIVILEGED = 65534;

interface View {
  readonly root: string;
  readonly code: string;
  readonly modules: string;
  readonly bin: string;
  readonly tools: string;
  readonly replies: string;
  readonly home: string;
  readonly temporary: string;
}

/** A program sees copies and links in one folder: its code, with `node_modules` beside it. */
function viewOf(scratch: string, kind?: ProgramSpec['kind']): View {
  const root = `${scratch}.view`;
  return {
    root,
    code: join(root, 'code'),
    modules: join(root, 'node_modules'),
    bin: join(root, 'bin'),
    tools: join(root, 'tools'),
    replies: join(root, 'replies'),
    home: kind === 'instance' ? scratch : join(scratch, 'home'),
    temporary: join(scratch, 'tmp'),
  };
}

export const openProcessSandbox: OpenSandbox = async ({ clock, port, openRequests, folder }) => {
  const containment = await probeContainment();
  const asRoot = process.getuid?.() === 0;
  const programs = new Set<Program>();
  const marks = new Marks();
  const address = { port };
  let desk: Promise<ToolDesk> | undefined;
  let count = 0;
  if (asRoot) await chmod(folder, 0o711);
  if (clock.held) readyToStart();

  const toolsOf = async (spec: ProgramSpec, view: View, node: string, preload: string | undefined) => {
    desk ??= openToolDesk(folder);
    const opened = await desk;
    const made = await makeTools({
      desk: opened,
      instance: spec.kind === 'instance',
      held: clock.held,
      tools: view.tools,
      replies: view.replies,
      seen: { tools: view.tools, replies: view.replies, node, ...(preload ? { preload } : {}) },
      mounts: containment.mounts,
      settings: (name, key) => ({
        name,
        host: '127.0.0.1',
        now: clock.now() + (spec.skew ?? 0),
        report: { path: opened.socket, key },
        ...address,
      }),
    });
    if (asRoot) chownSync(view.replies, UNPRIVILEGED, UNPRIVILEGED);
    return made;
  };

  const start = async (spec: ProgramSpec): Promise<Program> => {
    const name = `program${++count}`;
    const view = viewOf(spec.scratch, spec.kind);
    await prepare(spec, view, containment, asRoot);
    const preload = await copyPreload(view);
    const node = containment.mounts ? join(view.bin, 'node') : process.execPath;
    const instance = spec.kind === 'instance';
    const tools =
      clock.held || instance ? await toolsOf(spec, view, node, clock.held ? preload : undefined) : undefined;
    const { bottom, above } = layered(spec.modules ?? []);
    const mounts: Mount[] = containment.mounts
      ? [
          [process.execPath, node],
          ...(bottom ? [[bottom, view.modules] as const] : []),
          ...above.map(({ name, from }): Mount => [from, join(view.modules, name)]),
          ...(tools?.mounts ?? []),
          ...(instance ? await homeMounts(view, asRoot) : []),
        ]
      : [];
    // Without namespaces functions and scripts stay who we are: others may not even be let to read what they need.
    const user = asRoot && (instance || containment.kind === 'namespace') ? UNPRIVILEGED : undefined;
    const list = mounts.length > 0 ? join(view.root, 'mounts') : undefined;
    if (list) await writeFile(list, mountList(mounts));
    const unmark = marks.add(name, spec.cause);
    const folders = {
      home: view.home,
      temporary: view.temporary,
      bin: dirname(node),
      ...(tools ? { tools: view.tools } : {}),
    };
    const started = await startProgram({
      ...containment.wrap({
        command: commandOf(spec, node, preload),
        environment: environmentOf(spec, folders, name, clock, address),
        cwd: instance ? spec.scratch : view.code,
        ...(list === undefined ? {} : { mounts: list }),
        ...(user === undefined ? {} : { user }),
      }),
      channel: clock.held && runsNode(spec),
    }).catch((error: unknown) => {
      unmark();
      tools?.close();
      throw error;
    });
    const { pid } = started;
    const program = runProgram(
      {
        started,
        spec: { ...spec, onOutput: withoutLauncher(spec.onOutput) },
        name,
        ...(tools ? { tools } : {}),
        tree: (files) => (containment.kind === 'group' ? groupOf(pid, files) : treeBelow(pid, files)),
        kill: () => (containment.kind === 'group' ? killGroup(pid) : killNamespace(pid)),
        cleanUp: async () => {
          programs.delete(program);
          unmark();
          await rm(view.root, { recursive: true, force: true, maxRetries: 3 });
        },
      },
      clock,
      openRequests,
    );
    programs.add(program);
    return program;
  };

  const starts = new Starts(start);
  const sandbox: Sandbox = {
    name: 'process',
    capabilities: {
      freeze: containment.kind === 'group' ? 'best-effort' : 'exact',
      network: 'open',
      filesystem: 'open',
      user: asRoot && containment.kind === 'namespace' ? 'unprivileged' : 'same',
    },
    paths: ({ scratch }) => ({ code: viewOf(scratch).code, scratch }),
    refuses: (script) => refuses(script, containment.mounts),
    start: (spec) => starts.start(spec),
    causeOf: marks.causeOf,
    close: async () => {
      await starts.close();
      await Promise.all([...programs].map((program) => program.kill()));
      (await desk)?.close();
    },
  };
  return sandbox;
};

async function prepare(spec: ProgramSpec, view: View, containment: Containment, asRoot: boolean): Promise<void> {
  await rm(view.root, { recursive: true, force: true });
  await mkdir(view.bin, { recursive: true });
  await cp(spec.code, view.code, { recursive: true });
  await mkdir(spec.scratch, { recursive: true });
  for (const path of [view.home, view.temporary]) {
    if (path !== spec.scratch) await ownFolder(spec.scratch, basename(path));
  }
  const [bottom] = spec.modules ?? [];
  if (bottom && containment.mounts) await mkdir(view.modules);
  // Without mounts packages in front would cost a copy: what is behind them does the same, only slower.
  else if (bottom) await symlink(bottom, view.modules);
  if (containment.mounts) await writeFile(join(view.bin, 'node'), '');
  if (!asRoot) return;
  for (const path of [spec.scratch, view.home, view.temporary]) {
    chownSync(path, UNPRIVILEGED, UNPRIVILEGED);
    chmodSync(path, 0o700);
  }
  // A script may write beside itself, as a build does; a function's code is read-only, as on Lambda.
  if (spec.kind === 'script') chownSync(view.code, UNPRIVILEGED, UNPRIVILEGED);
}

/** The system's list of users says that home is the instance's folder, and its logs are the instance's own. */
async function homeMounts(view: View, asRoot: boolean): Promise<Mount[]> {
  const file = join(view.root, 'passwd');
  await writeFile(file, passwd(view.home, asRoot ? UNPRIVILEGED : 0));
  const logs = await ownFolder(view.home, 'var/log');
  if (asRoot) for (const path of [logs, dirname(logs)]) chownSync(path, UNPRIVILEGED, UNPRIVILEGED);
  return [[file, '/etc/passwd'], ...(existsSync('/var/log') ? [[logs, '/var/log'] as const] : [])];
}

async function copyPreload(view: View): Promise<string> {
  const to = join(view.bin, 'preload.cjs');
  await cp(await preloadFile(), to);
  return to;
}

function groupOf(pid: number, files?: ProcFiles) {
  return process.platform === 'linux' ? treeBelow(pid, files) : [];
}

function killGroup(pid: number): void {
  for (const one of groupOf(pid)) signal(one.pid, 'SIGKILL');
  signal(-pid, 'SIGKILL');
}

/** When a program is killed, unshare complains on the stream that it shares with the program. */
const withoutLauncher =
  (onOutput: ProgramSpec['onOutput']): ProgramSpec['onOutput'] =>
  (stream, line) => {
    if (stream === 'stdout' || !line.startsWith('unshare: ')) onOutput(stream, line);
  };
