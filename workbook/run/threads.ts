/**
 * The threads that graders run in. They are made ready in advance: they have loaded the SDK by the time that they are needed, so
 * that saving a file does not wait for that. Each run gets threads of its own all the same, and so fresh graders; unless it is
 * known that graders stay as they are: then a thread goes from run to run, which spares it a second of the CPU.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker, WorkerRequest, WorkerResponse } from 'vitest/node';
import { MODULES } from '../paths.ts';

/** Loads the packages and then becomes a thread of vitest's. */
const ENTRY = new URL('./thread.mjs', import.meta.url);
const VITEST = join(MODULES, 'vitest/dist/workers/threads.js');

export class WarmThreads implements PoolRunnerInitializer {
  readonly name = 'warm-threads';
  private readonly spare: Worker[] = [];
  private closed = false;

  /** Threads that have begun to be vitest's. */
  private readonly begun = new WeakSet<Worker>();

  /** `packages`: files to load in advance. `most`: threads at a time. `keep`: graders stay as they are. */
  constructor(
    private readonly packages: readonly string[],
    private readonly most: number,
    private readonly keep: boolean,
  ) {
    this.ready();
  }

  createPoolWorker = (options: PoolOptions): PoolWorker => {
    const thread = this.spare.shift() ?? this.make();
    return this.keep ? new KeptThread(thread, options, this.begun, this.spare) : new WarmThread(thread, options);
  };

  /** Ends the threads that are kept: what a run that went wrong has left in them is in nobody's way. */
  async forget(): Promise<void> {
    await Promise.all(this.spare.splice(0).map((thread) => thread.terminate()));
  }

  /** Makes the threads of the next run ready. */
  ready(): void {
    while (!this.closed && this.spare.length < this.most) this.spare.push(this.make());
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.forget();
  }

  private make(): Worker {
    const thread = new Worker(ENTRY, {
      workerData: { packages: this.packages, vitest: VITEST },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    rest(thread);
    return thread;
  }
}

/** A spare thread keeps nobody waiting. */
function rest(thread: Worker): void {
  thread.on('error', () => undefined);
  thread.unref();
}

class WarmThread implements PoolWorker {
  readonly name = 'warm-threads';

  constructor(
    protected readonly thread: Worker,
    options: PoolOptions,
  ) {
    thread.ref();
    thread.stdout.pipe(options.project.vitest.logger.outputStream as NodeJS.WritableStream, { end: false });
    thread.stderr.pipe(options.project.vitest.logger.errorStream as NodeJS.WritableStream, { end: false });
  }

  on(event: string, callback: (...given: unknown[]) => void): void {
    this.thread.on(event, callback);
  }

  off(event: string, callback: (...given: unknown[]) => void): void {
    this.thread.off(event, callback);
  }

  send(message: WorkerRequest): void {
    this.thread.postMessage(message);
  }

  async start(): Promise<void> {
    // It has started long since.
  }

  async stop(): Promise<void> {
    await this.thread.terminate();
  }

  deserialize(data: unknown): unknown {
    return data;
  }
}

/** A thread that the next run goes on with. To vitest's half in the thread all runs are one. */
class KeptThread extends WarmThread {
  constructor(
    thread: Worker,
    options: PoolOptions,
    private readonly begun: WeakSet<Worker>,
    private readonly spare: Worker[],
  ) {
    super(thread, options);
  }

  override send(message: WorkerRequest): void {
    if (message.type === 'stop') this.answer('stopped');
    else if (message.type === 'start' && this.begun.has(this.thread)) this.answer('started');
    else super.send(message);
    if (message.type === 'start') this.begun.add(this.thread);
  }

  override async stop(): Promise<void> {
    for (const event of ['message', 'exit', 'error']) this.thread.removeAllListeners(event);
    for (const stream of [this.thread.stdout, this.thread.stderr]) stream.unpipe();
    rest(this.thread);
    this.spare.push(this.thread);
  }

  private answer(type: 'started' | 'stopped'): void {
    const response: WorkerResponse = { __vitest_worker_response__: true, type };
    setImmediate(() => this.thread.emit('message', response));
  }
}
