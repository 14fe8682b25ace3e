/**
 * The threads that graders run in. They are made ready in advance: they have loaded the SDK by the time that they are needed, so
 * that saving a file does not wait for that. Each run gets threads of its own all the same, and so fresh graders.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker, WorkerRequest } from 'vitest/node';
import { MODULES } from '../paths.ts';

/** Loads the packages and then becomes a thread of vitest's. */
const ENTRY = new URL('./thread.mjs', import.meta.url);
const VITEST = join(MODULES, 'vitest/dist/workers/threads.js');

export class WarmThreads implements PoolRunnerInitializer {
  readonly name = 'warm-threads';
  private readonly spare: Worker[] = [];
  private closed = false;

  /** `packages`: files to load in advance. `most`: threads at a time. */
  constructor(
    private readonly packages: readonly string[],
    private readonly most: number,
  ) {
    this.ready();
  }

  createPoolWorker = (options: PoolOptions): PoolWorker => new WarmThread(this.spare.shift() ?? this.make(), options);

  /** Makes the threads of the next run ready. */
  ready(): void {
    while (!this.closed && this.spare.length < this.most) this.spare.push(this.make());
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.spare.splice(0).map((thread) => thread.terminate()));
  }

  private make(): Worker {
    const thread = new Worker(ENTRY, {
      workerData: { packages: this.packages, vitest: VITEST },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    // A spare thread keeps nobody waiting.
    thread.unref();
    thread.on('error', () => undefined);
    return thread;
  }
}

class WarmThread implements PoolWorker {
  readonly name = 'warm-threads';

  constructor(
    private readonly thread: Worker,
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
