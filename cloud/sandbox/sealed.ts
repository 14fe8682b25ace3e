/**
 * The sandbox `sealed`, for grading other people's code: bubblewrap with namespaces of its own for everything. A program
 * sees the system's read-only files, its own code and one scratch folder; of the network nothing but the cloud, through one
 * Unix socket. Where bubblewrap does not work there is no such sandbox, and nothing runs in its place.
 * Mirrors https://github.com/containers/bubblewrap
 */
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFolder } from '../core/no-links.ts';
import { commandOf, environmentOf, runsNode } from './command.ts';
import type { OpenSandbox, Program, ProgramSpec, Sandbox } from './contract.ts';
import { probeIsolation, system, UNPRIVILEGED } from './isolation.ts';
import { asText, outside } from './launcher.ts';
import { Marks } from './marks.ts';
import { layered } from './modules.ts';
import { passwd } from './passwd.ts';
import { preloadFile } from './preload/bundle.ts';
import type { ProcFiles } from './proc-files.ts';
import { killNamespace, runProgram, treeBelow } from './program.ts';
import { readyToStart, startProgram } from './starter.ts';
import { Starts } from './starts.ts';
import { openToolDesk, type ToolDesk } from './tool-desk.ts';
import { makeTools, refuses } from './toolbox.ts';

/** Where things appear to the program, as on Lambda. */
const INSIDE = {
  code: '/var/task',
  modules: '/var/node_modules',
  scratch: '/tmp',
  bin: '/opt/cloud/bin',
  socket: '/run/cloud.sock',
  tools: '/opt/cloud/tools',
  replies: '/run/replies',
  desk: '/run/desk',
  report: '/run/desk.sock',
  metadata: '/run/metadata.sock',
  relay: '/opt/cloud/bin/relay.cjs',
} as const;

export const openSealedSandbox: OpenSandbox = async ({ clock, port, socket, openRequests, folder }) => {
  const isolation = await probeIsolation();
  await chmod(socket, 0o666);
  const programs = new Set<Program>();
  const marks = new Marks();
  const address = { port, socket: INSIDE.socket };
  const preload = await preloadFile();
  if (clock.held) readyToStart();
  let count = 0;

  let desk: Promise<ToolDesk> | undefined;
  const toolsOf = async (spec: ProgramSpec, place: string) => {
    desk ??= openToolDesk(folder);
    const opened = await desk;
    const [tools, replies] = [join(place, 'tools'), join(place, 'replies')];
    const made = await makeTools({
      desk: opened,
      instance: spec.kind === 'instance',
      held: clock.held,
      tools,
      replies,
      seen: {
        tools: INSIDE.tools,
        replies: INSIDE.replies,
        pipe: INSIDE.desk,
        node: `${INSIDE.bin}/node`,
        preload: `${INSIDE.bin}/preload.cjs`,
      },
      mounts: true,
      settings: (name, key) => ({
        name,
        host: '127.0.0.1',
        ...(clock.held ? { now: clock.now() + (spec.skew ?? 0), report: { path: INSIDE.report, key } } : {}),
        ...address,
      }),
    });
    const mounts = [
      ['--ro-bind', tools, INSIDE.tools],
      ['--bind', replies, INSIDE.replies],
      // Written to all the same; but nobody changes who may read it.
      ['--ro-bind', made.pipe, INSIDE.desk],
      ['--ro-bind', opened.socket, INSIDE.report],
      ...made.mounts.map(([from, to]) => ['--ro-bind', from, to]),
    ];
    return { made, mounts };
  };

  const start = async (spec: ProgramSpec): Promise<Program> => {
    const name = `program${++count}`;
    const [copy, place] = [join(folder, `${name}.code`), join(folder, `${name}.place`)];
    const instance = spec.kind === 'instance';
    const writable = spec.kind === 'script';
    // A function's Node has the preload, and needs no second process; Python has nothing of the kind.
    const relays = instance || (spec.kind === 'function' && !runsNode(spec));
    if (writable) await cp(spec.code, copy, { recursive: true });
    await mkdir(spec.scratch, { recursive: true });
    await mkdir(place);
    const tools = clock.held || instance ? await toolsOf(spec, place) : undefined;
    const { bottom, above } = layered(spec.modules ?? []);
    const mounts = [
      ...system(),
      ['--ro-bind', process.execPath, `${INSIDE.bin}/node`],
      ['--ro-bind', preload, `${INSIDE.bin}/preload.cjs`],
      writable ? ['--bind', copy, INSIDE.code] : ['--ro-bind', spec.code, INSIDE.code],
      ...(bottom ? [['--ro-bind', bottom, INSIDE.modules]] : []),
      ...above.map(({ name: one, from }) => ['--ro-bind', from, join(INSIDE.modules, one)]),
      ['--bind', spec.scratch, INSIDE.scratch],
      ['--ro-bind', socket, INSIDE.socket],
      ...(tools?.mounts ?? []),
      ...(relays ? ['--ro-bind', relay, INSIDE.relay] : []),
      ...(instance ? await instanceMounts(spec, place) : []),
    ].flat();
    const command = commandOf(spec, `${INSIDE.bin}/node`, `${INSIDE.bin}/preload.cjs`);
    const folders = {
      home: INSIDE.scratch,
      temporary: INSIDE.scratch,
      bin: INSIDE.bin,
      ...(tools ? { tools: INSIDE.tools } : {}),
    };
    const relayed = relays
      ? [`${INSIDE.bin}/node`, INSIDE.relay, JSON.stringify(addresses(port, spec)), ...command]
      : command;
    const channel = clock.held && runsNode(spec);
    const variables = Object.entries(environmentOf(spec, folders, name, clock, address));
    const text = asText([
      ...isolation.before,
      ...mounts,
      ...isolation.after,
      ...['--chdir', instance ? INSIDE.scratch : INSIDE.code],
      '--clearenv',
      ...variables.flatMap(([variable, value]) => ['--setenv', variable, value]),
    ]);
    const unmark = marks.add(name, spec.cause);
    const started = await startProgram({
      program: 'bwrap',
      words: ['--args', channel ? '4' : '3', '--', ...relayed],
      channel,
      text,
      options: outside,
    }).catch((error: unknown) => {
      unmark();
      tools?.made.close();
      throw error;
    });
    const { pid } = started;
    // Below bubblewrap stands its own init, which reaps orphans; the program's processes are below that.
    const tree = (files: ProcFiles) =>
      treeBelow(pid, files).filter(({ parent, command: of }) => !(parent === pid && of === 'bwrap'));
    const program = runProgram(
      {
        started,
        spec,
        name,
        ...(tools ? { tools: tools.made } : {}),
        tree,
        kill: () => killNamespace(pid),
        cleanUp: async () => {
          programs.delete(program);
          unmark();
          for (const path of [copy, place]) await rm(path, { recursive: true, force: true, maxRetries: 3 });
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
    name: 'sealed',
    capabilities: { freeze: 'exact', network: 'cloud-only', filesystem: 'own', user: 'unprivileged' },
    paths: () => ({ code: INSIDE.code, scratch: INSIDE.scratch }),
    refuses: (script) => refuses(script, true),
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

const relay = fileURLToPath(new URL('./preload/relay.cjs', import.meta.url));

/** Programs that know nothing of the preload (curl, Python) reach the cloud at its usual addresses, which lead to its sockets. */
const addresses = (port: number, { metadata }: ProgramSpec): [port: number, socket: string][] => [
  [port, INSIDE.socket],
  ...(metadata ? [[metadata.port, INSIDE.metadata] as [number, string]] : []),
];

/** An instance has a list of users, in which home is its folder, and logs of its own. */
async function instanceMounts(spec: ProgramSpec, place: string): Promise<string[][]> {
  const file = join(place, 'passwd');
  await writeFile(file, passwd(INSIDE.scratch, UNPRIVILEGED));
  const logs = await ownFolder(spec.scratch, 'var/log');
  return [
    ['--ro-bind', file, '/etc/passwd'],
    ['--bind', logs, '/var/log'],
    ...(spec.metadata ? [['--ro-bind', spec.metadata.socket, INSIDE.metadata]] : []),
  ];
}
