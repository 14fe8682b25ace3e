/** The verdict for people: every step on a line, and for each that has not passed the first check that failed, in one fixed shape. */
import type { Lab } from '../labs/load.ts';
import type { CheckVerdict, Status, StepVerdict, Verdict } from '../run/verdict.ts';
import { type Page, wrap } from './page.ts';
import { text } from './text.ts';

/** Width of the words in front: asked, did, expected, seen, why, next. */
const LABEL = 10;
const MOST_OUTPUT = 8;

export function renderVerdict(
  verdict: Verdict,
  lab: Lab,
  page: Page,
  hintsRead: Readonly<Record<string, number>> = {},
): string {
  const { color } = page;
  const blocks: string[] = [];
  const sandbox = verdict.sandbox === 'sealed' ? `, ${text.sealed}` : '';
  const answer = verdict.answer === 'src' ? '' : `, ${text.answer(verdict.answer)}`;
  blocks.push(
    `${color.bold(`Lab ${lab.number}  ${verdict.title}`)}${color.dim(`  seed ${verdict.seed}${sandbox}${answer}`)}`,
  );
  blocks.push(verdict.steps.map((step) => stepLine(step, page)).join('\n'));
  for (const step of verdict.steps) {
    const check = step.checks.find(({ status }) => status !== 'passed');
    if (check) blocks.push(renderCheck(step, check, lab, page, hintsRead[step.id] ?? 0));
  }
  for (const error of verdict.errors) blocks.push(`${color.magenta(text.graderFault)}\n${error}`);
  blocks.push(closing(verdict, page));
  return `${blocks.join('\n\n')}\n`;
}

const signs: Readonly<Record<Status, string>> = { passed: '✓', failed: '✗', error: '!' };

function paint(status: Status, { color }: Page): (text: string) => string {
  return { passed: color.green, failed: color.red, error: color.magenta }[status];
}

function stepLine(step: StepVerdict, page: Page): string {
  const passed = step.checks.filter(({ status }) => status === 'passed').length;
  const head = `${paint(step.status, page)(signs[step.status])} ${step.number}  ${step.title}`;
  const tail = step.status === 'passed' ? text.points(step.earned) : text.checks(passed, step.checks.length);
  return `${head}  ${page.color.dim(tail)}`;
}

export function renderCheck(step: StepVerdict, check: CheckVerdict, lab: Lab, page: Page, hintsRead: number): string {
  const { color } = page;
  const failure = check.failure;
  const paintIt = paint(check.status, page);
  const lines = [paintIt(color.bold(`${signs[check.status]} ${step.number}  ${check.id}`))];
  const row = (label: string, value: string | undefined): void => {
    if (!value) return;
    const indent = ' '.repeat(LABEL + 2);
    const [first = '', ...rest] = wrap(value, page.width - 0, indent);
    const wrapped =
      first.length + LABEL + 2 > page.width
        ? wrap(value, page.width - LABEL - 2)
        : [first, ...rest.map((line) => line.trimStart())];
    lines.push(`  ${color.dim(label.padEnd(LABEL))}${wrapped[0]}`, ...wrapped.slice(1).map((line) => indent + line));
  };
  row(text.asked, check.title);
  row(text.did, check.did.at(-1));
  if (failure?.fault === 'code') {
    row(text.expected, failure.what ? `${failure.what}: ${failure.expected}` : failure.expected);
    row(text.seen, failure.at ? `${failure.seen}\n${failure.at}` : failure.seen);
    for (const line of failure.difference ?? []) {
      const painted = line.startsWith('-') ? color.green(line) : line.startsWith('+') ? color.red(line) : line;
      lines.push(`  ${' '.repeat(LABEL)}${painted}`);
    }
    row(text.why, failure.cause);
    row(text.next, next(step, lab, failure.hint, hintsRead));
  } else {
    row(text.seen, failure?.seen);
    row(text.why, text.notYours);
  }
  if (check.output.length > 0 && failure?.fault === 'code') {
    const shown = check.output.slice(-MOST_OUTPUT).flatMap((line) => line.split('\n'));
    for (const line of shown) lines.push(`  ${color.dim(text.yourCode)} ${line}`);
  }
  const others = step.checks.filter((other) => other.status !== 'passed' && other !== check);
  if (others.length > 0) lines.push(`  ${color.dim(text.alsoFailing(others.map(({ id }) => id)))}`);
  return lines.join('\n');
}

function next(step: StepVerdict, lab: Lab, hint: number | undefined, read: number): string {
  const of = lab.steps.find(({ id }) => id === step.id)!;
  const wanted = Math.min(Math.max(hint ?? read + 1, read + 1), of.hints.length);
  const command = read >= of.hints.length ? '' : `${text.hint(step.number, wanted)}\n`;
  return `${command}${text.chapter(lab.chapter, of.anchor)}`;
}

function closing(verdict: Verdict, { color }: Page): string {
  const { earned, possible } = verdict.points;
  if (verdict.status === 'error') return color.magenta(text.notGraded);
  if (verdict.status === 'passed') return color.green(color.bold(text.passed(earned, possible)));
  const first = verdict.steps.find(({ status }) => status !== 'passed')!;
  return text.notYet(earned, possible, first.number, verdict.seed);
}
