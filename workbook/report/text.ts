/** What reports say, in one place. */
import { count } from './layout.ts';

export const LABELS = {
  asked: 'asked',
  did: 'done',
  expected: 'expected',
  seen: 'seen',
  at: 'at',
  cause: 'likely',
  next: 'next',
} as const;

export const SIGNS = { passed: '✓', failed: '✗', error: '!', 'not-gradable': '○', 'not-run': '·' } as const;

/** Who is speaking. */
export const SOURCES = { code: '[your code]', grader: '[grader]', machine: '[your machine]' } as const;

/** In the place of points. */
export const POINTS_OF = { error: 'no verdict', 'not-gradable': 'not gradable here' } as const;

export const notGradable = ({ needed, shown }: { needed: string; shown: string }): string =>
  `not gradable here: it needs ${needed} (${shown})`;

export const judgedBy = (engine: string, left: number): string =>
  `Judged on ${engine}.${left === 0 ? '' : ` ${count(left, 'check')} could not be judged there: without CLOUD the workbook’s own cloud judges all of them.`}`;

export const notRun = (checks: number): string =>
  `${count(checks, 'more check')} of this step ${checks === 1 ? 'waits' : 'wait'} for the one above.`;

export const notRunYet = (checks: number): string =>
  `The check that failed last time goes first. ${count(checks, 'other check')} of this step ${checks === 1 ? 'comes' : 'come'} when it passes.`;

export const allLine = (command: string): string => `Every check, whatever fails before it: ${command}`;

export const hintCommand = (step: string, hint?: number): string =>
  `npm run lab ${step} hint${hint === undefined ? '' : ` ${hint}`}`;

export const chapterLink = (chapter: string, anchor: string): string => `chapters/${chapter}.md#${anchor}`;

export const NOT_YOURS = {
  grader:
    'This is a mistake of the workbook, not of your code, and costs you nothing. Please report it, with the seed.',
  machine: 'This is about your machine, not about your code, and costs you nothing. See: npm run lab doctor',
} as const;

export const summary = {
  passed: (lab: string, points: string, left: number): string =>
    `${lab}: everything ${left === 0 ? '' : 'that could be judged here '}passes, ${points}.`,
  failed: (lab: string, points: string): string => `${lab}: not yet, ${points}.`,
  error: (lab: string): string => `${lab}: no verdict.`,
  'not-gradable': (lab: string): string => `${lab}: nothing of it can be judged in full here.`,
};

export const seedLine = (seed: number, again: string): string => `Seed ${seed}. The same inputs again: ${again}`;
