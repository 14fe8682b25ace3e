/** What the reports say, in one place. */
import type { Fault } from '../kit/failure.ts';
import { count } from './layout.ts';

export const SIGNS = { passed: '✓', failed: '✗', error: '!' } as const;

export const LABELS = {
  asked: 'asked',
  did: 'did',
  expected: 'expected',
  seen: 'seen',
  at: 'at',
  cause: 'why',
  next: 'next',
} as const;

/** Whose words follow. */
export const SOURCES: Readonly<Record<Fault, string>> = {
  code: '[your code]',
  grader: '[grader]',
  machine: '[machine]',
};

export const NOT_YOURS: Readonly<Record<Fault, string>> = {
  code: '',
  grader: 'This is a mistake of the workbook, not of your code. It costs you nothing; please report it.',
  machine: 'This is a matter of this machine, not of your code. It costs you nothing. See: npm run lab doctor',
};

export const hintCommand = (step: string, hint: number | undefined): string =>
  `npm run lab ${step} hint${hint === undefined ? '' : ` ${hint}`}`;

export const chapterLink = (chapter: string, anchor: string): string =>
  `chapters/${chapter}.md, “${anchor.replaceAll('-', ' ')}” (npm start shows it)`;

export const moreFailing = (others: number): string =>
  `${count(others, 'more check')} of this step ${others === 1 ? 'has' : 'have'} not passed. One thing at a time.`;

export const seedLine = (seed: number, again: string): string => `Seed ${seed}. The same inputs again: ${again}`;

export const summary = {
  passed: (name: string, earned: string): string => `${name}: passed, ${earned}.`,
  failed: (name: string, earned: string): string => `${name}: not yet, ${earned}.`,
  error: (name: string): string => `${name}: no verdict.`,
} as const;
