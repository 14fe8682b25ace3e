/** A verdict for the terminal. Every failing check is told in full; a run that ends a step at its first one has no other. */
import pc from 'picocolors';
import type { Lab } from '../labs/load.ts';
import { type CheckVerdict, EMBEDDED, type StepVerdict, type Verdict } from '../run/verdict.ts';
import { beneath, count, harmless, indented, type Layout, part, wrap } from './layout.ts';
import {
  allLine,
  chapterLink,
  hintCommand,
  judgedBy,
  LABELS,
  NOT_YOURS,
  notGradable,
  notRun,
  notRunYet,
  POINTS_OF,
  SIGNS,
  SOURCES,
  seedLine,
  summary,
} from './text.ts';

const INDENT = 6;
/** Lines of the learner's own output that are shown. */
const MOST_OUTPUT = 10;
/** Of a long list of what was done, the last lines matter. */
const MOST_DONE = 3;

const paint = {
  passed: pc.green,
  failed: pc.red,
  error: pc.yellow,
  'not-gradable': pc.blue,
  'not-run': pc.dim,
} as const;

export function verdictText(verdict: Verdict, lab: Lab, layout: Layout): string {
  return [...verdict.steps.flatMap((step) => stepLines(step, lab, layout)), ...closing(verdict, lab, layout)].join(
    '\n',
  );
}

function stepLines(step: StepVerdict, lab: Lab, layout: Layout): string[] {
  const colour = paint[step.status];
  const points =
    step.status === 'error' || step.status === 'not-gradable'
      ? POINTS_OF[step.status]
      : `${step.earned}/${step.points}`;
  const [title = '', ...rest] = wrap(step.title, layout.width - 8 - points.length - 3);
  const head = `${colour(SIGNS[step.status])} ${pc.bold(`${step.number} ${title}`)}  ${pc.dim(points)}`;
  const failing = step.checks.filter(({ status }) => status === 'failed' || status === 'error');
  const first = failing[0];
  const waiting = step.checks.filter(({ status }) => status === 'not-run').length;
  const before = first ? step.checks.slice(0, step.checks.indexOf(first)) : [];
  const wait = before.some(({ status }) => status === 'not-run') ? notRunYet(waiting) : notRun(waiting);
  return [
    head,
    ...indented(rest.map(pc.bold), 6),
    ...step.checks.flatMap((check) => [
      ...checkLine(check, layout),
      ...(failing.includes(check) ? failureLines(check, step, lab, layout) : []),
    ]),
    ...(waiting > 0 ? ['', ...indented(wrap(wait, layout.width - 4).map(pc.dim), 4)] : []),
    '',
  ];
}

function checkLine({ status, title, lack }: CheckVerdict, { width }: Layout): string[] {
  const [first = '', ...rest] = wrap(title, width - INDENT);
  const why = lack ? wrap(notGradable(lack), width - INDENT).map(pc.blue) : [];
  const lines = [`    ${paint[status](SIGNS[status])} ${first}`, ...indented([...rest, ...why], INDENT)];
  return status === 'passed' || status === 'not-run' ? lines.map(pc.dim) : lines;
}

function failureLines(check: CheckVerdict, step: StepVerdict, lab: Lab, layout: Layout): string[] {
  const { failure } = check;
  if (!failure) return [];
  const { id } = step;
  const plan = lab.steps.find((one) => one.id === id)!;
  const tell = (label: string, text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : part(label, harmlessText(text), layout, INDENT);
  const done = check.did.length > MOST_DONE ? ['…', ...check.did.slice(-MOST_DONE)] : check.did;
  const what = failure.what ? `${failure.what}: ` : '';
  const difference = (failure.difference ?? []).map((line) => harmless(line).slice(0, 400));
  const next =
    failure.fault === 'code'
      ? `${hintCommand(step.number, failure.hint)}\n${chapterLink(lab.chapter, plan.anchor)}`
      : undefined;
  return [
    '',
    ...(failure.fault === 'code' ? [] : indented([pc.yellow(SOURCES[failure.fault])], INDENT)),
    ...tell(LABELS.asked, check.title),
    ...tell(LABELS.did, done.join(';\n')),
    ...tell(LABELS.expected, `${what}${failure.expected}`),
    ...tell(LABELS.seen, failure.seen),
    ...beneath(difference, layout, INDENT, (line, piece) =>
      line.startsWith('-') ? pc.green(piece) : line.startsWith('+') ? pc.red(piece) : piece,
    ),
    ...tell(LABELS.at, failure.at),
    ...tell(LABELS.cause, failure.fault === 'code' ? failure.cause : NOT_YOURS[failure.fault]),
    ...tell(LABELS.next, next),
    ...output(check, layout),
    '',
  ];
}

/** What the learner's code printed is kept apart from what the grader says. */
function output({ output: lines }: CheckVerdict, { width }: Layout): string[] {
  if (lines.length === 0) return [];
  const room = width - INDENT - SOURCES.code.length - 1;
  return [
    '',
    ...lines
      .flatMap((line) => line.split('\n'))
      .slice(-MOST_OUTPUT)
      .map((line) => harmless(line))
      .map((line) => (line.length > room ? `${line.slice(0, room - 1)}…` : line))
      .map((line) => `${' '.repeat(INDENT)}${pc.cyan(SOURCES.code)} ${line}`),
  ];
}

function closing(verdict: Verdict, lab: Lab, layout: Layout): string[] {
  const { status, points, seed, errors, engine } = verdict;
  const left = verdict.steps.flatMap(({ checks }) => checks).filter((check) => check.status === 'not-gradable').length;
  const name = `Lab ${lab.number}, ${verdict.answer === 'src' ? lab.title : `${lab.title} (${verdict.answer})`}`;
  const earned = `${points.earned} of ${count(points.possible, 'point')}`;
  const said = status === 'error' ? summary.error(name) : summary[status](name, earned, left);
  const words = verdict.steps.length === 1 ? verdict.steps[0]!.number : String(lab.number);
  const sealed = verdict.sandbox === 'sealed' ? ' sealed' : '';
  const command = `npm run lab ${words}${verdict.answer === 'solution' ? ' solution' : ''}${sealed}`;
  const waiting = verdict.steps.some(({ checks }) => checks.some((check) => check.status === 'not-run'));
  return [
    ...errors.flatMap(({ fault, message }) => [
      ...wrap(`${SOURCES[fault]} ${harmlessText(message)}`, layout.width).map(pc.yellow),
      ...wrap(NOT_YOURS[fault], layout.width),
      '',
    ]),
    ...wrap(said, layout.width).map((line) => pc.bold(paint[status](line))),
    ...(engine === EMBEDDED ? [] : wrap(judgedBy(engine, left), layout.width)),
    ...(status === 'passed' ? [] : wrap(seedLine(seed, `${command} seed ${seed}`), layout.width).map(pc.dim)),
    ...(waiting ? wrap(allLine(`${command} all`), layout.width).map(pc.dim) : []),
  ];
}

const harmlessText = (text: string): string => text.split('\n').map(harmless).join('\n').slice(0, 4000);
