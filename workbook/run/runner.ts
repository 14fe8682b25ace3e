/**
 * Grades answers: opens clouds, lets vitest run the graders in threads of this process, and makes the verdict. A runner stays
 * warm between runs, for watching.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest, type Vitest } from 'vitest/node';
import { type Capabilities, runtimeLayer, SandboxUnavailable } from '#cloud';
import { explain, UserError } from '../files.ts';
import type { First, RunContext } from '../kit/context.ts';
import { libraries } from '../kit/packages.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { MODULES, ROOT } from '../paths.ts';
import { Clouds } from './clouds.ts';
import { Collector } from './collect.ts';
import { type Engine, embedded } from './engine.ts';
import { gradable } from './needs.ts';
import { WarmThreads } from './threads.ts';
import { type RunError, type Seen, type StepSeen, type Verdict, verdictOf } from './verdict.ts';

export interface RunnerOptions {
  /** The embedded cloud unless told. */
  readonly engine?: Engine;
  readonly sandbox?: 'process' | 'sealed';
  /** No limits, and the inspector of each process is told. */
  readonly debug?: (name: string, url: string) => void;
  /** Steps that are graded at a time. */
  readonly workers?: number;
  /** Graders stay as they are from run to run. */
  readonly sameGraders?: boolean;
  /** Real milliseconds that a check may take; two minutes unless told, and more where seconds are real. */
  readonly patience?: number;
}

export interface Grading {
  readonly lab: Lab;
  readonly steps: readonly Step[];
  /** Folder of the answer. */
  readonly folder: string;
  /** How the verdict names it. */
  readonly answer: string;
  readonly seed: number;
  /** A step ends at its first failing check; those after it are not run. */
  readonly stopAtFailure?: boolean;
  /** With `stopAtFailure`: the check that goes before all others of its step, by their ids. */
  readonly first?: First;
  /** Told of each check as soon as it is done. */
  readonly onCheck?: (step: Step, seen: Seen) => void;
  /** Told of each part of a check that is done: of what a soak does over and over. */
  readonly onPart?: (check: string, part: string) => void;
}

/** Real time after which a check that hangs is given up: a mistake of ours or of the machine, for learner code has limits of its own. */
const CHECK_TIMEOUT = 120_000;
/** Where seconds are real, checks wait for them. */
const WALL_TIMEOUT = 400_000;
/** Begins with the check that goes first. */
const ORDER = fileURLToPath(new URL('./order.ts', import.meta.url));
/** Clients that every grader starts with. */
const GRADERS_USE = ['s3', 'sqs', 'lambda', 'cloudwatch-logs', 'iam', 'sts'];
/** Checks wait for processes to start more than they compute. */
const TOGETHER = 3;
export const WORKBOOK_VERSION = '0.1.0';

// `npm run lab doctor` says once what the SDK would say in every process.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export class Runner {
  private readonly clouds: Clouds;
  private vitest: Promise<Vitest> | undefined;
  private collector: Collector;
  private stepOf = new Map<string, string>();
  private threads: WarmThreads | undefined;
  private used = false;
  private readonly engine: Engine;
  /** What was found out about the engine in this run. */
  private found: Capabilities | undefined;
  /** Checks of a step that are under way at a time; who debugs wants one. */
  private readonly together: number;
  private readonly workers: number;

  constructor(private readonly options: RunnerOptions = {}) {
    const { sandbox = 'process', debug } = options;
    this.together = debug ? 1 : TOGETHER;
    // Where seconds are real, steps side by side would take them from each other.
    this.workers = options.workers ?? (options.engine ? 1 : 2);
    this.engine = options.engine ?? embedded({ sandbox, ...(debug ? { limits: false, inspector: debug } : {}) });
    this.clouds = new Clouds(this.engine);
    this.collector = new Collector((file) => this.stepOf.get(file));
  }

  /** Says that another run will follow: what it needs is made ready while nobody waits. */
  expectAnother(): void {
    this.threads?.ready();
  }

  /** Whatever goes wrong, in the learner's code, in graders, clouds or on the machine, is in the verdict. */
  async grade(grading: Grading): Promise<Verdict> {
    const { lab, steps, answer, seed, stopAtFailure = false, first } = grading;
    const make = (seen: ReadonlyMap<string, StepSeen>, errors: readonly RunError[]): Verdict =>
      verdictOf({
        lab,
        steps,
        answer,
        engine: { name: this.engine.name, ...(this.found ? { capabilities: this.found } : {}) },
        sandbox: this.options.sandbox ?? 'process',
        seed,
        version: WORKBOOK_VERSION,
        stopAtFailure,
        ...(first ? { first } : {}),
        seen,
        errors,
      });
    try {
      const errors = await this.run(grading);
      const verdict = make(
        this.collector.seen(),
        errors.map((message) => ({ fault: 'grader', message })),
      );
      if (verdict.status === 'error') await this.threads?.forget();
      return verdict;
    } catch (thrown) {
      const error = explain(thrown, (thrown as NodeJS.ErrnoException).path ?? ROOT);
      const machine = error instanceof SandboxUnavailable || error instanceof UserError;
      const message = error instanceof Error ? ((machine ? undefined : error.stack) ?? error.message) : String(error);
      return make(new Map(), [{ fault: machine ? 'machine' : 'grader', message }]);
    }
  }

  /** Fills the collector. Returns what went wrong beside the checks. Throws `SandboxUnavailable`. */
  private async run(grading: Grading): Promise<string[]> {
    const {
      lab,
      steps: wanted,
      folder,
      seed,
      stopAtFailure = false,
      first,
      onCheck,
      onPart = () => undefined,
    } = grading;
    this.vitest ??= this.start(lab, wanted.length);
    const starting = this.vitest;
    // It may fail before anybody waits for it, and the next run has to try again.
    starting.catch(() => {
      if (this.vitest === starting) this.vitest = undefined;
    });
    if (this.used) await this.clouds.reset();
    this.used = true;
    const atATime = Math.max(...wanted.map(({ checks }) => Math.min(checks.length, this.together)));
    const clouds = await this.clouds.take(Math.min(this.workers, wanted.length) * atATime);
    this.found = await clouds[0]!.capabilities();
    const steps = gradable(wanted, this.found);
    this.stepOf = new Map(steps.map((step) => [join(lab.folder, step.test), step.id]));
    const errorsBefore = (await this.clouds.errors()).length;
    const vitest = await starting;
    const context: RunContext = {
      lab: { name: lab.name, number: lab.number, packages: lab.packages, chapter: lab.chapter },
      solution: lab.solution,
      answer: folder,
      files: Object.fromEntries(steps.map(({ id, files }) => [id, files])),
      seed,
      stopAtFailure,
      ...(first ? { first } : {}),
      clouds: clouds.map(({ url, token }) => ({ url, token })),
      taken: new SharedArrayBuffer(clouds.length * Int32Array.BYTES_PER_ELEMENT),
      steps: Object.fromEntries(this.stepOf),
      virtualTime: this.found['virtual-time'] === true,
      shared: this.options.engine !== undefined,
    };
    vitest.provide('workbook', context);
    this.collector.begin();
    this.collector.onCheck = (id, seen) => onCheck?.(steps.find((step) => step.id === id)!, seen);
    this.collector.onPart = onPart;
    const project = vitest.getRootProject();
    // Where all checks of a step are wanted, nothing is left out: a stray one is to be seen.
    const specifications = steps.map(({ id, test, checks }) =>
      project.createSpecification(
        join(lab.folder, test),
        checks.length === lab.steps.find((step) => step.id === id)?.checks.length
          ? {}
          : { testNamePattern: new RegExp(`^(${checks.map((one) => one.id).join('|')})$`) },
      ),
    );
    const { unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
    return [
      ...unhandledErrors.map((error) => (error instanceof Error ? (error.stack ?? error.message) : String(error))),
      ...(await this.clouds.errors()).slice(errorsBefore),
    ];
  }

  async close(): Promise<void> {
    const vitest = await this.vitest?.catch(() => undefined);
    await Promise.allSettled([vitest?.close(), this.threads?.close(), this.clouds.close()]);
  }

  private async start(lab: Lab, files: number): Promise<Vitest> {
    const code = process.exitCode;
    const signals = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, process.listeners(signal)] as const);
    const layer = await runtimeLayer();
    const packages = await libraries(lab.packages);
    this.threads = new WarmThreads(
      [
        ...GRADERS_USE.map((name) => join(layer, '@aws-sdk', `client-${name}`, 'index.mjs')),
        ...packages.map(({ file }) => file),
        join(MODULES, 'esbuild/lib/main.js'),
      ],
      Math.min(this.workers, files),
      this.options.sameGraders ?? false,
    );
    return await createVitest(
      'test',
      {
        root: ROOT,
        config: false,
        watch: false,
        include: lab.steps.map((step) => join(lab.folder, step.test)),
        // Threads of this process: nothing else that would have to be ended.
        pool: this.threads,
        runner: ORDER,
        isolate: false,
        maxWorkers: this.workers,
        fileParallelism: true,
        sequence: { concurrent: true },
        maxConcurrency: this.together,
        // Who debugs may stand at a breakpoint as long as they like.
        testTimeout: this.options.debug
          ? 0
          : (this.options.patience ?? (this.options.engine ? WALL_TIMEOUT : CHECK_TIMEOUT)),
        hookTimeout: CHECK_TIMEOUT,
        teardownTimeout: 5000,
        reporters: [this.collector],
        allowOnly: false,
        passWithNoTests: true,
        css: false,
      },
      {
        logLevel: 'silent',
        // The SDK and the lab's packages as functions have them, in one file each: graders start with them at every run.
        resolve: {
          alias: [
            { find: /^(@aws-sdk\/client-[\w-]+)$/, replacement: join(layer, '$1/index.mjs') },
            ...packages.map(({ name, file }) => ({ find: new RegExp(`^${name}$`), replacement: file })),
          ],
        },
      },
    ).finally(() => {
      process.exitCode = code;
      // Vitest's own listeners end this process at once, before anything is tidied up.
      for (const [signal, before] of signals) {
        for (const one of process.listeners(signal)) if (!before.includes(one)) process.off(signal, one);
      }
    });
  }
}
