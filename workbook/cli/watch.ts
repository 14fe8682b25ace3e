/** `npm run lab 1 watch`: grades at each save; cloud and graders stay warm in between. */
import { watch as watchFiles } from 'chokidar';
import pc from 'picocolors';
import type { First } from '../kit/context.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { shown } from '../paths.ts';
import { fitted, layoutOf } from '../report/layout.ts';
import { verdictText } from '../report/verdict.ts';
import { exitCode, type Verdict } from '../run/verdict.ts';
import { keep, nameOf, newSeed, prepare } from './grade.ts';
import { hintText } from './hint.ts';
import { showProgress } from './live.ts';
import { openRunner } from './open.ts';
import { own, unlessEnding } from './own.ts';
import { nextStep, readProgress } from './progress.ts';
import { text } from './text.ts';

/** Milliseconds of quiet after a change: editors write a file in several goes. */
const SETTLE = 40;
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

export interface WatchRequest {
  readonly lab: Lab;
  readonly step?: Step;
  readonly sealed: boolean;
  readonly all: boolean;
  readonly seed?: number;
}

/** Runs until `q` or a signal. Returns the exit code of the last verdict. */
export async function watch({ lab, step, sealed, all, seed = newSeed() }: WatchRequest): Promise<number> {
  await prepare(lab);
  const runner = await openRunner({ sealed });
  own(() => runner.close());
  let code = 1;
  /** Where the last verdict ended: who is stuck there is told first whether it is mended. */
  let first: First | undefined;

  /** One verdict; true when it passed and another step comes next. */
  const grade = async (): Promise<boolean> => {
    const open = step ?? nextStep(await readProgress(), lab);
    const steps = open ? [open] : lab.steps;
    const checks = steps.flatMap((one) => one.checks).length;
    const live = showProgress(process.stderr, nameOf(lab, open), checks, true);
    const verdict = await runner.grade({
      lab,
      steps,
      folder: lab.src,
      answer: 'src',
      seed,
      stopAtFailure: !all,
      ...(first && !all ? { first } : {}),
      onCheck: live.tick,
    });
    await unlessEnding();
    live.end();
    await keep(lab, verdict);
    code = exitCode(verdict);
    first = failedIn(verdict);
    if (process.stdout.isTTY) process.stdout.write(CLEAR);
    console.log(verdictText(verdict, lab, layoutOf(process.stdout)));
    console.log(pc.dim(fitted(text.watching(`${shown(lab.src)}/`), process.stdout)));
    if (process.stdin.isTTY) console.log(pc.dim(text.watchKeys));
    runner.expectAnother();
    return verdict.status === 'passed' && !step && open !== undefined;
  };

  let running = false;
  let saved = false;
  /** A save during a run is not lost: it is graded right after. */
  const run = async (): Promise<void> => {
    saved = true;
    if (running) return;
    running = true;
    while (saved) {
      saved = false;
      if (await grade()) saved = true;
    }
    running = false;
  };

  const files = watchFiles(lab.src, { ignoreInitial: true, ignored: (path) => path.includes('node_modules') });
  own(() => files.close());
  return await new Promise<number>((resolve, reject) => {
    let settling: NodeJS.Timeout | undefined;
    const go = (): void => void run().catch(reject);
    files.on('all', () => {
      clearTimeout(settling);
      settling = setTimeout(go, SETTLE);
    });
    files.on('error', reject);
    onKeys({
      q: () => resolve(code),
      h: () =>
        void hintText(lab, step, undefined, layoutOf(process.stdout)).then((hint) => console.log(`\n${hint}`), reject),
      '\r': go,
    });
    go();
  });
}

function failedIn({ steps }: Verdict): First | undefined {
  const failed = steps.flatMap(({ id, checks }) =>
    checks.filter(({ status }) => status === 'failed').map((check) => ({ step: id, check: check.id })),
  );
  return failed[0];
}

function onKeys(keys: Readonly<Record<string, () => void>>): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  stdin.setRawMode(true);
  own(() => stdin.setRawMode(false));
  stdin.setEncoding('utf8');
  stdin.on('data', (key: string) => {
    // In raw mode the terminal makes no signal of Ctrl-C.
    if (key === '\u0003') process.kill(process.pid, 'SIGINT');
    else keys[key]?.();
  });
}
