/** What a learner sees, kept as files: the message is the product. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { writeAtomic } from '../files.ts';
import { stepName } from '../labs/load.ts';
import { verdictText } from '../report/verdict.ts';
import { type StepVerdict, upToFailure, type Verdict } from '../run/verdict.ts';
import { type Answer, wordFor } from './answers.ts';
import { built } from './built.ts';
import type { Judgement } from './judge.ts';
import { picture } from './picture.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'golden');
const WIDTH = 80;

type Named = Pick<Answer, 'lab' | 'name'>;

const fileOf = ({ lab, name }: Named): string => join(FOLDER, lab.name, `${name.replaceAll(' ', '-')}.txt`);

const toUpdate = ({ lab, name }: Named): string =>
  `If that is intended: npm run prove ${lab.number} ${wordFor(name)} update`;

/** Of a long answer some steps may be kept alone, as they are shown to someone who asks for that step. */
const fileOfStep = (answer: Named, step: string): string => fileOf(answer).replace(/\.txt$/, `.${step}.txt`);

export const hasGolden = (answer: Named): boolean => existsSync(fileOf(answer));

/** A picture stands beside the text that is drawn. */
const drawingOf = (file: string): string => file.replace(/\.txt$/, '.svg');

/** The first step, with the command in front of it. */
function drawing({ steps, lab }: Answer, text: string): string {
  const command = `npm run lab ${stepName(lab, steps[0]!)}`;
  const shown = text.slice(0, text.lastIndexOf(`\n\nLab ${lab.number}, `));
  return picture(
    `$ ${command}\n\n${shown}`,
    `A run of ${command}: one check fails, and the report says what was asked, done, expected and seen`,
  );
}

/** Without what differs from run to run. */
export const masked = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'REQUEST-ID')
    .replaceAll(/\b\d{12}\b/g, 'ACCOUNT')
    .replaceAll(/\b\d+ bytes/g, 'N bytes')
    .replaceAll(/\.workbook\/prove\/\d+/g, 'ANSWERS')
    .replaceAll(built, 'ANSWERS');

const ofStep = (verdict: Verdict, step: StepVerdict): Verdict => ({
  ...verdict,
  steps: [step],
  status: step.status,
  points: { earned: step.earned, possible: step.points },
});

/** Compares with the texts that are kept, and says of each what it found. `update` writes them anew. */
export async function compareGolden(answer: Answer, verdict: Verdict, update: boolean): Promise<Judgement[]> {
  const learners = { ...verdict, steps: verdict.steps.map((step) => ({ ...step, checks: upToFailure(step.checks) })) };
  const shown = [
    { file: fileOf(answer), what: learners },
    ...learners.steps.map((step) => ({ file: fileOfStep(answer, step.id), what: ofStep(learners, step) })),
  ];
  return await Promise.all(
    shown
      .filter(({ file }) => existsSync(file))
      .map(({ file, what }) =>
        compare(answer, file, `${masked(verdictText(what, answer.lab, { width: WIDTH }))}\n`, update),
      ),
  );
}

async function compare(answer: Answer, file: string, text: string, update: boolean): Promise<Judgement> {
  if (update) {
    await writeAtomic(file, text);
    if (existsSync(drawingOf(file))) await writeAtomic(drawingOf(file), drawing(answer, text));
    return { status: 'passed', says: 'its output is kept anew' };
  }
  const kept = readFileSync(file, 'utf8');
  if (kept === text && existsSync(drawingOf(file)) && readFileSync(drawingOf(file), 'utf8') !== drawing(answer, text)) {
    return { status: 'failed', says: `the README’s picture shows something else. ${toUpdate(answer)}` };
  }
  if (kept === text) return { status: 'passed', says: 'a learner sees what is kept' };
  const [was, is] = [kept.split('\n'), text.split('\n')];
  const at = was.findIndex((line, index) => line !== is[index]);
  const line = at < 0 ? was.length : at;
  return {
    status: 'failed',
    says: `a learner sees something else, from line ${line + 1} on:\n      - ${was[line] ?? ''}\n      + ${is[line] ?? ''}\n    ${toUpdate(answer)}`,
  };
}
