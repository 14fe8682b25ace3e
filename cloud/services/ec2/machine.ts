/** What an instance runs on: a tree of processes in a folder of its own, with its metadata service. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Core, TraceId } from '../../contract.ts';
import { ownFile } from '../../core/no-links.ts';
import type { Program, ProgramEnd, Sandbox } from '../../sandbox/contract.ts';
import { type MetadataServer, serveMetadata } from './metadata/server.ts';
import { INSTANCE_PATH } from './paths.ts';
import type { Instance } from './store.ts';

/** What GetConsoleOutput keeps. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
const CONSOLE = 64 * 1024;
const MEMORY_MB = 1024;
const DISK_MB = 8 * 1024;
/** What the console says when the machine had no more of something. */
const EXHAUSTED: Readonly<Partial<Record<NonNullable<ProgramEnd['reason']>, string>>> = {
  memory: 'Out of memory: killed every process',
  disk: 'No space left on device: killed every process',
  processes: 'cannot fork, there are more than 1,024 processes and threads: killed every process',
};
/** Bytes of an unzipped script. */
const LARGEST_SCRIPT = 16 * 1024 * 1024;
/** As `boot.sh` has it. */
const LOG = 'var/log/cloud-init-output.log';
const BOOT = fileURLToPath(new URL('./boot.sh', import.meta.url));

export interface MachineHost {
  readonly core: Core;
  readonly sandbox: Sandbox;
  /** Modules that an image brings along: the SDK. */
  readonly modules: () => Promise<string>;
  /** Holds a folder for each instance. */
  readonly folder: string;
  /** Answers a request for metadata, which comes from this instance. */
  readonly metadata: Parameters<typeof serveMetadata>[2];
}

export class Machine {
  /** The trace's entry of the last boot. */
  booted: TraceId | undefined;
  /** A start that is under way, however it ends: nobody may be forgotten who is not yet there. */
  private starting: Promise<unknown> = Promise.resolve();
  private program: Program | undefined;
  private service: MetadataServer | undefined;
  private text = '';

  constructor(
    private readonly host: MachineHost,
    private readonly id: string,
  ) {}

  get console(): string {
    return this.text;
  }

  /** The instance's own folder, on our side. */
  get folder(): string {
    return join(this.host.folder, this.id);
  }

  /** Host pids of the instance's tree, with their states; empty when it is off. */
  processes(): ReturnType<Program['processes']> {
    return this.program?.processes() ?? [];
  }

  /** Switches it on. `first`: with its user data. `onPower`: it wants to switch itself off. */
  async boot(
    instance: Instance,
    first: boolean,
    cause: TraceId,
    onPower: (words: readonly string[]) => string,
  ): Promise<void> {
    const { core } = this.host;
    const busy = core.clock.busy('the boot of an instance');
    try {
      this.booted = core.trace.add({
        kind: 'hop',
        accountId: instance.accountId,
        service: 'ec2',
        operation: 'BootInstance',
        resource: this.id,
        cause,
        detail: { userData: first && instance.userData !== undefined },
      });
      const start = this.start(first ? this.scriptOf(instance) : undefined, onPower);
      this.starting = start.catch(() => undefined);
      await start;
    } finally {
      busy();
    }
  }

  /** Tells every process that the end is near. */
  terminate(): void {
    this.program?.signal('SIGTERM');
  }

  /** Its programs die, whatever started them; the system stays, and EC2 sees nothing of it. */
  async crash(): Promise<void> {
    await this.program?.crash();
  }

  /** Switches it off at once; returns when no process is left. */
  async off(): Promise<void> {
    const busy = this.host.core.clock.busy('the end of an instance');
    await this.starting;
    const { program, service } = this;
    this.program = undefined;
    this.service = undefined;
    await program?.kill();
    await service?.close();
    busy();
  }

  /** Switches it off and removes its disk. */
  async destroy(): Promise<void> {
    await this.off();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    await rm(`${this.folder}.boot`, { recursive: true, force: true, maxRetries: 3 });
  }

  print(line: string): void {
    this.text = `${this.text}${line}\r\n`.slice(-CONSOLE);
  }

  private async start(script: Uint8Array | undefined, onPower: (words: readonly string[]) => string): Promise<void> {
    const { core } = this.host;
    const { sandbox } = this.host;
    const [code, scratch, modules] = [`${this.folder}.boot`, this.folder, await this.host.modules()];
    await mkdir(code, { recursive: true });
    await mkdir(scratch, { recursive: true });
    await writeFile(join(code, 'user-data'), script ?? '', { mode: 0o755 });
    await writeFile(join(code, 'boot'), await bootScript(), { mode: 0o755 });
    this.service = await serveMetadata(
      core,
      core.sandbox === 'sealed' ? `${this.folder}.sock` : undefined,
      this.host.metadata,
    );
    const endpoint = `http://127.0.0.1:${this.service.port}`;
    // Found without an environment too, as long as there is a home. Its programs may have left a link there, and none lives now.
    const config = `[default]\nendpoint_url = ${core.endpoint()}\nec2_metadata_service_endpoint = ${endpoint}\n`;
    await ownFile(scratch, '.aws/config', config);
    const seen = sandbox.paths({ code, scratch });
    const init = join(seen.code, 'boot');
    const program = await sandbox.start({
      kind: 'instance',
      command: ['sh', init, seen.code, script ? 'user-data' : 'none', join(dirname(seen.code), 'node_modules')],
      environment: {
        AWS_ENDPOINT_URL: core.endpoint(),
        AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        LANG: 'C.UTF-8',
        TZ: 'UTC',
        PATH: INSTANCE_PATH,
      },
      code,
      scratch,
      modules: [modules],
      memoryMb: MEMORY_MB,
      scratchMb: DISK_MB,
      onOutput: (_, line) => this.print(line),
      onPower,
      // The shells of the boot script, what starts them, and who writes the log.
      system: (commandLine) => commandLine.includes(init) || commandLine === `tee -a ${LOG}`,
      metadata: { port: this.service.port, socket: this.service.socket ?? '' },
      ...(this.booted === undefined ? {} : { cause: this.booted }),
    });
    this.program = program;
    void program.ended.then((end) => this.ended(program, end));
  }

  /** The script that the user data is. Says on the console why there is none to run. */
  private scriptOf({ userData }: Instance): Uint8Array | undefined {
    if (userData === undefined || userData === '') return undefined;
    const raw = Buffer.from(userData, 'base64');
    const script = raw[0] === 0x1f && raw[1] === 0x8b ? unzip(raw) : raw;
    if (script.toString('latin1', 0, 2) !== '#!') {
      this.print(
        'cloud-init: user data that does not begin with #! is kept and not run: this cloud runs scripts only.',
      );
      return undefined;
    }
    const why = this.host.sandbox.refuses(script.toString('utf8'));
    if (why !== undefined) this.print(`cloud-init: the user data is not run. ${why}`);
    return why === undefined ? script : undefined;
  }

  private ended(program: Program, { reason }: ProgramEnd): void {
    if (this.program !== program) return;
    // Nobody has switched it off: it goes on without a process, as a machine does whose system has crashed.
    this.program = undefined;
    this.print((reason && EXHAUSTED[reason]) ?? 'Kernel panic - not syncing: Attempted to kill init!');
  }
}

/** What is no gzip after all is as it came. */
function unzip(raw: Uint8Array): Buffer {
  try {
    return gunzipSync(raw, { maxOutputLength: LARGEST_SCRIPT });
  } catch {
    return Buffer.from(raw);
  }
}

let boot: Promise<string> | undefined;
const bootScript = (): Promise<string> => {
  boot ??= readFile(BOOT, 'utf8');
  return boot;
};
