/** `npm run lab …`. What needs no grading loads neither cloud nor vitest. */
import { UserError } from '../files.ts';
import { resetCopy } from '../labs/copy.ts';
import { loadLabs } from '../labs/load.ts';
import { shown } from '../paths.ts';
import { fitted, layoutOf } from '../report/layout.ts';
import { end, endOnSignals } from './own.ts';
import { currentLab, forgetLab, readProgress } from './progress.ts';
import { text, usage } from './text.ts';
import { type Request, readWords } from './words.ts';

async function run(): Promise<number> {
  const labs = loadLabs();
  const request = readWords(process.argv.slice(2), labs);
  const target = request.target ?? { lab: currentLab(await readProgress(), labs) };
  return await commands[request.command]({ ...request, ...target });
}

type Job = Request & NonNullable<Request['target']>;

const commands: Readonly<Record<Request['command'], (job: Job) => Promise<number>>> = {
  async help() {
    console.log(usage(layoutOf(process.stdout)));
    return 0;
  },
  async where() {
    const { whereText } = await import('./where.ts');
    console.log(whereText(loadLabs(), await readProgress(), layoutOf(process.stdout)));
    return 0;
  },
  async hint({ lab, step, hint }) {
    const { hintText } = await import('./hint.ts');
    console.log(await hintText(lab, step, hint, layoutOf(process.stdout)));
    return 0;
  },
  async reset({ lab }) {
    const done = await resetCopy(lab);
    await forgetLab(lab);
    const src = `${shown(lab.src)}/`;
    console.log(fitted(done ? text.reset(src, shown(done.backup)) : text.resetFresh(src), process.stdout));
    // Stays one line, however long: it is for copying.
    if (done) console.log(text.resetUndo(done.undo));
    return 0;
  },
  async doctor() {
    const { doctor } = await import('./doctor.ts');
    const { text: report, ok } = await doctor();
    console.log(fitted(report, process.stdout));
    return ok ? 0 : 2;
  },
  grade: async (job) => (await import('./grade.ts')).gradeOnce({ ...job, solution: false }),
  solution: async (job) => (await import('./grade.ts')).gradeOnce({ ...job, solution: true }),
  watch: async (job) => (await import('./watch.ts')).watch(job),
  debug: async (job) => (await import('./debug.ts')).debug(job),
};

endOnSignals();
try {
  await end(await run());
} catch (error) {
  console.error(
    error instanceof UserError
      ? fitted(error.message, process.stderr)
      : text.broken(error instanceof Error ? error.stack : String(error)),
  );
  await end(2);
}
