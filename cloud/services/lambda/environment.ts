/**
 * An execution environment: a process tree that serves one invocation at a time and is frozen in between.
 * Mirrors https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Millis, TraceId } from '../../contract.ts';
import type { Program, ProgramEnd } from '../../sandbox/contract.ts';
import { environmentVariables } from './environment-variables.ts';
import { type Guard, openGuard } from './guard.ts';
import type { Deployment, Host, Owner } from './host.ts';
import { functionArn } from './names.ts';
import { exited, type Failure, initFailure, noInterpreter, timedOut, tooLarge } from './outcome.ts';
import { Output, reportLine } from './output.ts';
import type { RuntimeApi, RuntimeClient, RuntimeEvent } from './runtime-api.ts';
import { commandFor } from './runtimes.ts';
import { skewOf } from './skew.ts';
import type { LambdaFunction } from './store.ts';

export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  readonly cause: TraceId;
}

export interface Result {
  readonly outcome: { readonly ok: true; readonly payload: string } | { readonly ok: false; readonly failure: Failure };
  readonly logTail: string;
  /** Milliseconds, without a cold start. */
  readonly duration: Millis;
}

type Settled =
  | { readonly kind: 'done'; readonly ok: boolean; readonly body: string; readonly closed: number }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'notStarted'; readonly failure: Failure }
  | { readonly kind: 'ended'; readonly end: ProgramEnd }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'runaway' };

/** Of /tmp, where nobody says how much: https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html */
const STORAGE_MB = 512;

export class Environment<Of extends Owner = LambdaFunction> implements RuntimeClient {
  readonly logStream: string;
  readonly createdAt: Millis;
  lastUsedAt: Millis;
  private readonly scratch: string;
  private readonly output: Output;
  private readonly api: ReturnType<RuntimeApi['open']>;
  private program: Program | undefined;
  private give: ((event: RuntimeEvent) => void) | undefined;
  private onNext: () => void = () => undefined;
  private settle: (settled: Settled) => void = () => undefined;
  private current: Invocation | undefined;
  /** Milliseconds that its clock is ahead of the cloud's. */
  private skew = 0;

  constructor(
    private readonly host: Host,
    readonly of: Of,
    readonly version: Deployment,
  ) {
    const now = host.core.clock.now();
    const id = randomBytes(16).toString('hex');
    const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
    this.logStream = `${day}/[${version.name}]${id}`;
    this.createdAt = this.lastUsedAt = now;
    this.scratch = join(host.folder, id);
    this.api = host.runtimeApi.open(this);
    this.output = new Output(host.core.clock, host.core.logs, {
      accountId: of.accountId,
      group: `/aws/lambda/${of.name}`,
      stream: this.logStream,
    });
  }

  /** Host pids of the environment's tree, with their states; empty when it has no process. */
  processes(): ReturnType<Program['processes']> {
    return this.program?.processes() ?? [];
  }

  /** Serves one invocation, to be called when no other is under way. Does not throw for what the function does. */
  async invoke(invocation: Invocation): Promise<Result> {
    const { core } = this.host;
    const { requestId } = invocation;
    this.current = invocation;
    this.output.start(requestId);
    this.output.print(`START RequestId: ${requestId} Version: ${this.version.name}`);
    const settled = new Promise<Settled>((resolve) => {
      this.settle = resolve;
    });
    const cold = this.program === undefined;
    const begun = core.clock.now();
    if (cold) await this.start(invocation.cause);
    else await this.wake(invocation.cause);
    const guard = this.guard();
    let started = begun;
    this.whenReady(() => {
      started = core.clock.now();
      const timeout = this.version.configuration.timeout * 1000;
      const deadline = started + timeout;
      guard.until(deadline);
      // The deadline is told by the environment's own clock.
      this.give!({
        requestId,
        deadline: deadline + this.skew,
        timeout,
        functionArn: invocation.functionArn,
        payload: invocation.payload,
      });
      this.give = undefined;
    });
    const how = await settled;
    const alive = await this.finish(how, settled, guard);
    guard.end();
    const outcome = this.outcomeOf(how, requestId);
    if (alive) await this.freeze(invocation.cause);
    const duration = core.clock.now() - started;
    const init = cold ? started - begun : undefined;
    this.output.print(`END RequestId: ${requestId}`);
    this.output.print(reportLine(requestId, duration, init, this.version.configuration.memory));
    this.current = undefined;
    this.lastUsedAt = core.clock.now();
    return { outcome, logTail: this.output.flush(), duration };
  }

  /** Ends the environment for good. */
  async end(): Promise<void> {
    this.api.close();
    const { program } = this;
    this.program = undefined;
    await program?.kill();
    await rm(this.scratch, { recursive: true, force: true });
  }

  next(give: (event: RuntimeEvent) => void): void {
    this.give = give;
    this.onNext();
  }

  done(requestId: string, outcome: { ok: boolean; body: string; closed: number }): void {
    if (requestId === this.current?.requestId) this.settle({ kind: 'done', ...outcome });
  }

  tooLarge(requestId: string): void {
    if (requestId === this.current?.requestId) this.settle({ kind: 'tooLarge' });
  }

  initFailed(body: string): void {
    const time = new Date(this.host.core.clock.now()).toISOString();
    this.settle({ kind: 'notStarted', failure: initFailure(body, time) });
  }

  private whenReady(then: () => void): void {
    const once = () => {
      this.onNext = () => undefined;
      then();
    };
    if (this.give) once();
    else this.onNext = once;
  }

  /** After the answer: the rest of the output, and the next request for work. False when the process is gone. */
  private async finish(how: Settled, settled: Promise<Settled>, guard: Guard): Promise<boolean> {
    const { program } = this;
    if (how.kind === 'done' || how.kind === 'tooLarge') {
      const ended = program!.ended.then(() => 'ended' as const);
      const late = new Promise<'late'>((resolve) => {
        this.settle = () => resolve('late');
        guard.onStrike(() => resolve('late'));
      });
      await this.output.complete(how.kind === 'done' ? 2 - how.closed : 0, Promise.race([ended, late]));
      const next = new Promise<'next'>((resolve) => this.whenReady(() => resolve('next')));
      if ((await Promise.race([next, ended, late])) === 'next') return true;
    }
    void settled;
    this.onNext = () => undefined;
    this.give = undefined;
    this.program = undefined;
    const busy = this.host.core.clock.busy('the end of an execution environment');
    await program?.kill();
    busy();
    return false;
  }

  private outcomeOf(how: Settled, requestId: string): Result['outcome'] {
    const fail = (failure: Failure) => ({ ok: false as const, failure });
    switch (how.kind) {
      case 'done':
        return how.ok ? { ok: true, payload: how.body } : fail({ body: how.body });
      case 'notStarted':
        if (how.failure.told) this.output.print(how.failure.told);
        return fail(how.failure);
      case 'tooLarge':
        return fail(tooLarge());
      case 'timedOut': {
        const failure = timedOut(requestId, this.version.configuration.timeout);
        this.output.print(`${new Date(this.host.core.clock.now()).toISOString()} ${requestId} ${failure.told}`);
        return fail(failure);
      }
      default: {
        const failure = exited(requestId, how.kind === 'runaway' ? { cpuSeconds: this.host.cpuSeconds } : how.end);
        this.output.print(failure.told ?? '');
        return fail(failure);
      }
    }
  }

  private async start(cause: TraceId): Promise<void> {
    const { core, sandbox, layer, limits, inspector } = this.host;
    const started = this.hop('StartEnvironment', cause);
    this.skew = skewOf(core, this.of, started);
    const busy = core.clock.busy('the start of an execution environment');
    try {
      await mkdir(this.scratch, { recursive: true });
      const place = { code: this.version.package.folder, scratch: this.scratch };
      const seen = sandbox.paths(place);
      const runtime = join(dirname(seen.code), 'node_modules/.runtime');
      const environment = environmentVariables(this, this.host, this.api.path, { task: seen.code, runtime }, started);
      const command = commandFor(this.version.configuration.runtime, runtime, environment.PATH!);
      if ('missing' in command) return this.settle({ kind: 'notStarted', failure: noInterpreter(command.missing) });
      const starting = sandbox.start({
        kind: 'function',
        command,
        environment,
        ...place,
        modules: [layer],
        memoryMb: this.version.configuration.memory,
        scratchMb: this.version.configuration.ephemeralStorage ?? STORAGE_MB,
        onOutput: (_, line) => this.output.take(line),
        ...(inspector && !limits ? { onInspector: (url: string) => inspector(this.of.name, url) } : {}),
        cause: started,
        skew: this.skew,
      });
      const { accountId, region, name } = this.of;
      // Known before it runs: its first call may come before we are told that it does.
      const forget = core.callers.add(started, {
        arn: functionArn(region, accountId, name),
        skew: this.skew,
        doing: () => this.current?.cause,
        kill: async () => (await starting).crash(),
      });
      starting.catch(forget);
      const program = await starting;
      this.program = program;
      void program.ended.then((end) => {
        forget();
        if (this.program === program) this.program = undefined;
        this.settle({ kind: 'ended', end });
      });
    } finally {
      busy();
    }
  }

  private async wake(cause: TraceId): Promise<void> {
    const busy = this.host.core.clock.busy('a thaw');
    this.hop('Thaw', cause);
    await this.program!.thaw();
    busy();
  }

  private async freeze(cause: TraceId): Promise<void> {
    const busy = this.host.core.clock.busy('a freeze');
    await this.program?.freeze();
    this.hop('Freeze', cause);
    busy();
  }

  private guard(): Guard {
    const { core, limits, cpuSeconds } = this.host;
    return openGuard({
      clock: core.clock,
      limits,
      cpuSeconds,
      timeout: this.version.configuration.timeout * 1000,
      cpu: () => this.program?.cpu() ?? 0,
      strike: (kind) => this.settle({ kind }),
    });
  }

  private hop(operation: string, cause: TraceId): TraceId {
    return this.host.core.trace.add({
      kind: 'hop',
      accountId: this.of.accountId,
      service: 'lambda',
      operation,
      resource: this.version.arn,
      cause,
      detail: { environment: this.logStream },
    });
  }
}
