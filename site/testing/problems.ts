/** What an author is told of a mistake in the small book, for tests. */
import { loadBook } from '../plugin/book.ts';
import { BookError } from '../plugin/problems.ts';
import { smallBook, temporaryBook } from './small-book.ts';

export const chapterFile = 'chapters/01-small.md';
export const chapter = smallBook[chapterFile]!;

/** The problems of the small book with these files in it, a line of text each; `undefined` leaves a file out. */
export async function problemsOf(changes: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const book = temporaryBook(changes);
  try {
    await loadBook(book.root);
    return [];
  } catch (error) {
    if (!(error instanceof BookError)) throw error;
    return error.message.split('\n').slice(1);
  } finally {
    book.remove();
  }
}

/** The problems after one replacement in a file. */
export function broken(file: string, from: string, to: string): Promise<string[]> {
  const text = smallBook[file]!;
  if (!text.includes(from)) throw new Error(`The small book's ${file} has no "${from}".`);
  return problemsOf({ [file]: text.replace(from, () => to) });
}

/** The problems of the chapter with a text at its end: `line` counts from 1 in that text. */
export async function told(text: string): Promise<{ line: number; said: string }[]> {
  const before = chapter.split('\n').length;
  const problems = await problemsOf({ [chapterFile]: `${chapter}\n${text}\n` });
  return problems.map((problem) => {
    const [, line, said] = /^chapters\/01-small\.md:(\d+): (.*)$/.exec(problem) ?? [];
    if (said === undefined) throw new Error(`Not about the chapter: ${problem}`);
    return { line: Number(line) - before, said };
  });
}

/** Line on which `text` stands in the chapter. */
export const line = (text: string): number => chapter.slice(0, chapter.indexOf(text)).split('\n').length;
