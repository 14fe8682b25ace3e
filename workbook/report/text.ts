/** What the reports say. */
export const text = {
  asked: 'asked',
  did: 'did',
  expected: 'expected',
  seen: 'seen',
  why: 'why',
  next: 'next',
  sealed: 'sealed',
  yourCode: '[your code]',
  graderFault: '[grader] This is a mistake of the workbook, not of your code:',
  notYours: 'This is a mistake of the workbook or of this machine, not of your code. It costs you nothing.',
  notGraded: 'Not graded: the workbook or this machine is at fault. `npm run lab doctor` looks at the machine.',
  answer: (name: string): string => `grading ${name}`,
  points: (points: number): string => `${points} points`,
  checks: (passed: number, all: number): string => `${passed} of ${all} checks`,
  alsoFailing: (ids: readonly string[]): string => `not yet either: ${ids.join(', ')}`,
  hint: (step: string, number: number): string => `npm run lab ${step} hint   (hint ${number})`,
  chapter: (chapter: string, anchor: string): string =>
    `chapters/${chapter}.md, section ‘${anchor.replaceAll('-', ' ')}’`,
  passed: (earned: number, possible: number): string => `All passed: ${earned} of ${possible} points.`,
  notYet: (earned: number, possible: number, step: string, seed: number): string =>
    `${earned} of ${possible} points. Work on ${step} with: npm run lab ${step} watch\nThe same inputs again: npm run lab ${step} seed ${seed}`,
} as const;
