/** `npm run lab`: all labs, what is done, what is next. */
import pc from 'picocolors';
import { type Lab, stepName } from '../labs/load.ts';
import { count, indented, type Layout, wrap } from '../report/layout.ts';
import { SIGNS } from '../report/text.ts';
import { currentLab, nextStep, type Progress, statusOf } from './progress.ts';
import { text } from './text.ts';

const OPEN = '·';
const signs = {
  passed: pc.green(SIGNS.passed),
  failed: pc.red(SIGNS.failed),
  error: pc.red(SIGNS.failed),
  'not-gradable': pc.blue(SIGNS['not-gradable']),
};

export function whereText(labs: readonly Lab[], progress: Progress, layout: Layout): string {
  const here = currentLab(progress, labs);
  const next = nextStep(progress, here);
  const begun = labs.some((lab) => lab.steps.some((step) => statusOf(progress, lab, step)));
  const lines = labs.flatMap((lab) => labLines(lab, progress, layout, lab === here ? next?.id : undefined));
  const closing = next ? text.nextStep(stepName(here, next), next.title) : text.allDone;
  return [
    ...lines,
    ...(begun ? [] : [text.notBegun]),
    ...wrap(closing, layout.width).map(pc.bold),
    pc.dim(text.whereHelp),
  ].join('\n');
}

function labLines(lab: Lab, progress: Progress, { width }: Layout, next: string | undefined): string[] {
  const passed = lab.steps.filter((step) => statusOf(progress, lab, step) === 'passed');
  const points = passed.reduce((sum, step) => sum + step.points, 0);
  const possible = lab.steps.reduce((sum, step) => sum + step.points, 0);
  return [
    pc.bold(`Lab ${lab.number}: ${lab.title}`),
    pc.dim(`  ${passed.length} of ${count(lab.steps.length, 'step')} · ${points} of ${count(possible, 'point')}`),
    ...lab.steps.flatMap((step) => {
      const status = statusOf(progress, lab, step);
      const sign = status ? signs[status] : pc.dim(OPEN);
      const [first = '', ...rest] = wrap(`${stepName(lab, step)} ${step.title}`, width - 6);
      const lines = [`  ${sign} ${first}`, ...indented(rest, 8)];
      return step.id === next ? lines.map(pc.bold) : lines;
    }),
    '',
  ];
}
