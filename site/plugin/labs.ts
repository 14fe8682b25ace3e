/** What the book needs to know of a lab: read from labs/NN-slug/lab.json, whose whole schema belongs to the workbook. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { jsonProblem, shapeProblem } from './json.ts';
import type { Problem } from './problems.ts';

const shape = z.looseObject({
  title: z.string(),
  steps: z.array(
    z.looseObject({
      id: z.string(),
      title: z.string(),
      anchor: z.string(),
      files: z.array(z.string()),
    }),
  ),
});

export interface Step {
  readonly id: string;
  /** From 1: its place in the lab. */
  readonly number: number;
  readonly title: string;
  /** Id of the heading that a failing step links to. */
  readonly anchor: string;
  readonly files: readonly string[];
}

export interface Lab {
  readonly folder: string;
  readonly number: number;
  readonly title: string;
  readonly steps: readonly Step[];
}

/** A step by its id or its anchor. */
export const stepOf = ({ steps }: Lab, name: string): Step | undefined =>
  steps.find(({ id, anchor }) => id === name || anchor === name);

/** In place of a lab whose file is missing or cannot be used: that is told once, and what refers to the lab is not judged. */
export const UNUSABLE = 'unusable';

export function loadLab(root: string, folder: string, problems: Problem[]): Lab | typeof UNUSABLE {
  const file = `labs/${folder}/lab.json`;
  const wrong = (message: string): typeof UNUSABLE => {
    problems.push({ file, line: 0, message });
    return UNUSABLE;
  };
  let text: string;
  try {
    text = readFileSync(join(root, file), 'utf8');
  } catch {
    return wrong('This file is missing, and chapters/book.json names the lab.');
  }
  try {
    const { title, steps } = shape.parse(JSON.parse(text));
    return {
      folder,
      number: Number.parseInt(folder, 10),
      title,
      steps: steps.map((step, index) => ({
        id: step.id,
        number: index + 1,
        title: step.title,
        anchor: step.anchor,
        files: step.files,
      })),
    };
  } catch (error) {
    if (error instanceof z.ZodError) return wrong(shapeProblem(error));
    problems.push(jsonProblem(text, file, error));
    return UNUSABLE;
  }
}
