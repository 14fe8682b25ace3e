/** `npm run lab 1.3 hint`: one hint at a time, from the concept to nearly the code. */
import pc from 'picocolors';
import { UserError } from '../files.ts';
import { type Lab, stepName } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { type Layout, wrap } from '../report/layout.ts';
import { hintCommand } from '../report/text.ts';
import { keepHint, nextStep, readProgress } from './progress.ts';
import { text } from './text.ts';

/** The next unread hint, or the one asked for (from 1). When all have been read, all of them. Throws `UserError` when there is no such hint. */
export async function hintText(lab: Lab, wanted: Step | undefined, asked: number | undefined, { width }: Layout) {
  const progress = await readProgress();
  const step = wanted ?? nextStep(progress, lab) ?? lab.steps[0]!;
  const name = stepName(lab, step);
  const all = step.hints.length;
  const read = progress.labs[lab.name]?.hints[step.id] ?? 0;
  if (asked !== undefined && (asked < 1 || asked > all)) throw new UserError(text.noSuchHint(name, all, asked));
  const one = (number: number): string[] => {
    const { title, body } = step.hints[number - 1]!;
    return [...wrap(text.hintHead(name, number, all, title), width).map(pc.bold), '', ...wrap(body, width), ''];
  };
  if (asked === undefined && read >= all) {
    return [...wrap(text.hintAll, width), '', ...step.hints.flatMap((_, index) => one(index + 1))].join('\n').trimEnd();
  }
  const number = asked ?? read + 1;
  const { labs } = await keepHint(lab, step, number);
  const left = all - (labs[lab.name]?.hints[step.id] ?? 0);
  return [...one(number), ...(left > 0 ? wrap(text.hintMore(left, hintCommand(name)), width).map(pc.dim) : [])]
    .join('\n')
    .trimEnd();
}
