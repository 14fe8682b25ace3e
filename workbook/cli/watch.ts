/** `npm run lab 1 watch`: grades at each save; cloud and graders stay warm in between. */
import { watch as watchFolder } from 'node:fs';
import { basename } from 'node:path';
import { type FSWatcher, watch as watchFiles } from 'chokidar';
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

  /** Steps that the engine cannot judge: the next one comes all the same. */
  const passedOver = new Set<string>();

  /** One verdict; true when nothing is left to do at that step and another one comes next. */
  const grade = async (): Promise<boolean> => {
    await prepare(lab);
    const open = step ?? nextStep(await readProgress(), lab, passedOver);
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
    if (step || !open) return false;
    if (verdict.status === 'not-gradable') passedOver.add(open.id);
    return verdict.status === 'passed' || verdict.status === 'not-gradable';
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

  return await new Promise<number>((resolve, reject) => {
    let settling: NodeJS.Timeout | undefined;
    const go = (): void => void run().catch(reject);
    const saw = (): void => {
      clearTimeout(settling);
      settling = setTimeout(go, SETTLE);
    };
    const look = (): FSWatcher =>
      watchFiles(lab.src, { ignoreInitial: true, ignored: (path) => path.includes('node_modules') })
        .on('all', saw)
        .on('error', reject);
    let files = look();
    // A reset moves the whole copy away and puts another one in its place: whoever watches its files goes on watching those.
    const around = watchFolder(lab.folder, (what, name) => {
      if (what !== 'rename' || name !== basename(lab.src)) return;
      void files.close();
      files = look();
      saw();
    }).on('error', reject);
    own(() => {
      around.close();
      return files.close();
    });
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
