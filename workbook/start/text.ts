/** What `npm start` says. */
export const text = {
  noWords: (words: readonly string[]) =>
    `npm start takes no words, and ‘${words.join(' ')}’ is one. To grade: npm run lab help`,
  noLabs: 'There are no labs in labs/. Is this a whole copy of the workbook?',
  book: (url: string) => `The book: ${url}`,
  next: (step: string, title: string, file: string, lab: string) =>
    `Next: step ${step}, ${title}.\n  1. Read its chapter.\n  2. Edit labs/${lab}/src/${file}.\n  3. In a second terminal: npm run lab ${step} watch`,
  done: 'Every step passes.',
  stays: 'The book is served until Ctrl-C.',
} as const;
