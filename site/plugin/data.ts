/** chapters/book.json: which chapters there are. */
import * as z from 'zod';
import { jsonProblem, linesOfEntries, shapeProblem } from './json.ts';
import type { Problem } from './problems.ts';

const chapterShape = z.strictObject({
  number: z.int().positive(),
  title: z.string(),
  /** One sentence for the index. */
  about: z.string(),
  /** Name of the Markdown file; a chapter without one is still to come. */
  file: z
    .string()
    .regex(/^\d\d-[a-z-]+\.md$/)
    .optional(),
  /** Folder under labs/. */
  lab: z.string().optional(),
});

const bookShape = z.strictObject({
  formatVersion: z.literal(1),
  title: z.string(),
  description: z.string(),
  chapters: z.array(chapterShape),
});

export type Chapter = Readonly<z.infer<typeof chapterShape>>;
export type BookData = Readonly<z.infer<typeof bookShape>>;

/** Reads and checks the file's text; undefined when it cannot be used. */
export function readBookData(text: string, problems: Problem[]): BookData | undefined {
  const file = 'chapters/book.json';
  let data: BookData;
  try {
    data = bookShape.parse(JSON.parse(text));
  } catch (error) {
    problems.push(
      error instanceof z.ZodError ? { file, line: 0, message: shapeProblem(error) } : jsonProblem(text, file, error),
    );
    return undefined;
  }
  const lines = linesOfEntries(text, 'chapters');
  for (const [index, chapter] of data.chapters.entries()) {
    for (const key of ['number', 'file', 'lab'] as const) {
      const same = data.chapters
        .slice(0, index)
        .find((other) => chapter[key] !== undefined && other[key] === chapter[key]);
      if (same)
        problems.push({
          file,
          line: lines[index] ?? 1,
          message: `"${chapter.title}" has the ${key} ${chapter[key]}, and "${same.title}" has it already.`,
        });
    }
  }
  return data;
}
