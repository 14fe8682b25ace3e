/**
 * Starts programs by way of a small process of ours, `starter.cjs`: this one is large, and would have to be copied for each.
 * One serves all sandboxes of a process. It ends with us, and should it end before, its programs end, and the next start makes
 * another one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { removeWhenWeDie, temporaryFolder } from '../core/folder.ts';

export interface Start {
  readonly program: string;
  readonly words: readonly string[];
  /** With a stream of the clock's, descriptor 3. */
  readonly channel: boolean;
  /** Text for the program to read, from the descriptor behind these: 3, or 4 where there is a channel. */
  readonly text?: string;
  readonly options: {
    readonly env: Readonly<Record<string, string>>;
    /** / where nothing is said. */
    readonly cwd?: string;
    readonly detached?: boolean;
    readonly uid?: number;
    readonly gid?: number;
  };
}

/** How a process ended, once its streams have too. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Started {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly channel?: Duplex;
  readonly closed: Promise<End>;
}

/** Throws what `spawn` throws: an error with the code ENOENT, for instance. */
export async function startProgram(start: Start): Promise<Started> {
  return await (await starter()).start(start);
}

/** Makes ready what the first start would have to wait for; what goes wrong with it is told there. */
export function readyToStart(): void {
  starter().catch(() => undefined);
}

let current: Promise<Starter> | undefined;

function starter(): Promise<Starter> {
  current ??= Starter.open().catch((error: unknown) => {
    current = undefined;
    throw error;
  });
  return current;
}

type Told =
  | { readonly id: number; readonly pid: number }
  | { readonly id: number; readonly ended: End }
  | { readonly id: number; readonly failed: { readonly code?: string; readonly message: string } };

/** A promise, and what settles it. */
class Later<T> {
  resolve: (value: T) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** One program, from the order to its end: what is told of it, and the streams that come. */
class Order {
  readonly pid = new Later<number>();
  readonly ended = new Later<End>();
  readonly streams: ReadonlyMap<number, Later<Socket>>;

  constructor({ channel }: Start) {
    this.streams = new Map((channel ? [1, 2, 3] : [1, 2]).map((descriptor) => [descriptor, new Later<Socket>()]));
  }

  async started(): Promise<Started> {
    const [pid, stdout, stderr, channel] = await Promise.all([
      this.pid.promise,
      ...[...this.streams.values()].map(({ promise }) => promise),
    ]);
    const closed = [stdout!, stderr!, ...(channel ? [channel] : [])].map(
      (stream) => stream.closed || new Promise((resolve) => stream.once('close', resolve)),
    );
    return {
      pid,
      stdout: stdout!,
      stderr: stderr!,
      ...(channel ? { channel } : {}),
      closed: Promise.all(closed).then(() => this.ended.promise),
    };
  }

  /** Whoever started it has died: so has it, and if it has not, it does now. */
  lost(): void {
    const error = new Error('The process that starts programs has died.');
    for (const one of [this.pid, ...this.streams.values()]) one.reject(error);
    void this.pid.promise.then(kill, () => undefined);
    this.ended.resolve({ code: null, signal: 'SIGKILL' });
  }
}

/** Bytes with which a stream says whose it is: the key, the order's number, the descriptor. */
const KEY = 24;
const HEADER = KEY + 12 + 1;

class Starter {
  private readonly orders = new Map<number, Order>();
  private count = 0;
  private constructor(
    private readonly child: ChildProcess,
    private readonly server: Server,
    private readonly key: string,
    private readonly remove: () => void,
  ) {
    child.on('message', (told) => this.told(told as Told));
    child.once('disconnect', () => this.close());
    child.on('error', () => undefined);
    server.on('connection', (socket) => this.connected(socket));
    // Nobody is kept waiting by it.
    child.unref();
    child.channel?.unref();
    server.unref();
  }

  static async open(): Promise<Starter> {
    const folder = temporaryFolder('serverless-cloud-');
    const dismiss = removeWhenWeDie(folder);
    const socket = join(folder, 'starter.sock');
    const server = createServer();
    server.listen(socket);
    await once(server, 'listening');
    const key = randomBytes(KEY / 2).toString('hex');
    const child = fork(fileURLToPath(new URL('./starter.cjs', import.meta.url)), [socket, key], {
      env: { PATH: process.env.PATH },
      execArgv: [],
      cwd: '/',
      // Ctrl-C is for us: we end it, and its programs, when everything is tidied up.
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'spawn');
    const remove = (): void => {
      rmSync(folder, { recursive: true, force: true });
      // Not before: we may be killed while we remove it.
      dismiss();
    };
    process.once('exit', remove);
    return new Starter(child, server, key, () => {
      process.off('exit', remove);
      remove();
    });
  }

  async start(start: Start): Promise<Started> {
    const id = ++this.count;
    const order = new Order(start);
    this.orders.set(id, order);
    try {
      this.child.send({ id, ...start }, (error) => {
        if (error) order.lost();
      });
      const running = await order.started();
      void running.closed.then(() => this.orders.delete(id));
      return running;
    } catch (error) {
      this.orders.delete(id);
      throw error;
    }
  }

  private told(told: Told): void {
    const order = this.orders.get(told.id);
    if ('pid' in told) order?.pid.resolve(told.pid);
    else if ('ended' in told) order?.ended.resolve(told.ended);
    else order?.pid.reject(Object.assign(new Error(told.failed.message), { code: told.failed.code }));
  }

  private connected(socket: Socket): void {
    socket.on('error', () => undefined);
    const read = (): void => {
      const header = socket.read(HEADER) as Buffer | null;
      if (!header) {
        socket.once('readable', read);
        return;
      }
      const text = header.toString('latin1');
      const stream = this.orders.get(Number(text.slice(KEY, -1)))?.streams.get(Number(text.slice(-1)));
      if (text.slice(0, KEY) === this.key && stream) stream.resolve(socket);
      else socket.destroy();
    };
    read();
  }

  private close(): void {
    current = undefined;
    this.server.close();
    this.remove();
    for (const order of this.orders.values()) order.lost();
    this.orders.clear();
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
