/** The cards of a lab's steps in its chapter: each is there once, below a heading, in the order in which the steps are done. */
import { type Lab, type Step, stepOf } from './labs.ts';
import type { Heading, Placed } from './markdown.ts';
import { type Problem, suggest } from './problems.ts';

/** `headings` and `uses` are those of the chapter. */
export function checkCards(
  lab: Lab,
  headings: readonly Heading[],
  uses: readonly Placed[],
  file: string,
  problems: Problem[],
): void {
  const cards = uses.flatMap(({ use, line }) => {
    const step = use.form === 'leaf' && use.name === 'step' ? stepOf(lab, use.text) : undefined;
    return step ? [{ step, line }] : [];
  });
  const wrong = (line: number, message: string): unknown => problems.push({ file, line, message });
  for (const step of lab.steps) {
    const heading = checkHeading(step, headings, wrong);
    const [first, ...more] = cards.filter((card) => card.step === step);
    if (!first)
      wrong(heading?.line ?? 1, `The card of step "${step.id}" is missing: add "::step ${step.id}" below its heading.`);
    for (const { line } of more)
      wrong(line, `The card of step "${step.id}" stands in line ${first!.line} already, and a step has one.`);
  }
  for (const [index, { step, line }] of cards.entries()) {
    const before = cards[index - 1];
    if (before && before.step.number > step.number)
      wrong(
        line,
        `The card of step ${lab.number}.${step.number}, "${step.id}", follows that of ${lab.number}.${before.step.number}, "${before.step.id}": cards stand in the order of labs/${lab.folder}/lab.json.`,
      );
  }
}

/** A failing step links to a heading, so the heading must be there. */
function checkHeading(
  step: Step,
  headings: readonly Heading[],
  wrong: (line: number, message: string) => unknown,
): Heading | undefined {
  const heading = headings.find(({ id }) => id === step.anchor);
  const ids = headings.map(({ id }) => id);
  if (!heading)
    wrong(
      1,
      `Step "${step.id}" of the lab leads to #${step.anchor}, and no heading has that id. ${suggest(step.anchor, ids, `Add {#${step.anchor}} to the heading that explains the step.`)}`,
    );
  return heading;
}
