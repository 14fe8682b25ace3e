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

export const SIGNS = { passed: '✓', failed: '✗', error: '!', 'not-run': '·' } as const;

/** Who is speaking. */
export const SOURCES = { code: '[your code]', grader: '[grader]', machine: '[your machine]' } as const;

export const moreFailing = (checks: number): string =>
  `${count(checks, 'more check')} of this step ${checks === 1 ? 'fails' : 'fail'}. Begin with the one above.`;

export const notRun = (checks: number): string =>
  `${count(checks, 'more check')} of this step ${checks === 1 ? 'waits' : 'wait'} for the one above.`;

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
  passed: (lab: string, points: string): string => `${lab}: everything passes, ${points}.`,
  failed: (lab: string, points: string): string => `${lab}: not yet, ${points}.`,
  error: (lab: string): string => `${lab}: no verdict.`,
};

export const seedLine = (seed: number, again: string): string => `Seed ${seed}. The same inputs again: ${again}`;
