/** Commands and paths that a chapter gives as code: the steps and the files that they name have to be there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Token } from 'markdown-it';
import { type Lab, UNUSABLE } from './labs.ts';
import { type Problem, suggest } from './problems.ts';

export interface Code {
  readonly text: string;
  /** Of its first line. */
  readonly line: number;
}

/** Kinds of fences in which commands stand; others are programs, and name what they like. */
const consoles = ['bash', 'text'];

/** Code in a line, and fences with commands. */
export function codeOf(tokens: readonly Token[]): Code[] {
  return tokens.flatMap((token) => {
    const first = (token.map?.[0] ?? 0) + 1;
    if (token.type === 'fence')
      return consoles.includes(token.info.trim()) ? [{ text: token.content, line: first + 1 }] : [];
    let line = first;
    return (token.children ?? []).flatMap((child) => {
      if (child.type === 'softbreak' || child.type === 'hardbreak') line++;
      return child.type === 'code_inline' ? [{ text: child.content, line }] : [];
    });
  });
}

const command = /npm run lab (\d+)(?:\.([\w-]+))?/g;
/** A file of a lab or of a solution, by its whole path: no folder, no pattern, nobody's placeholder. */
const path = /(?<![\w./-])(labs|solutions)\/(\d\d-[\w-]+)\/([\w./-]+\.\w+)(?![\w/*-])/g;

/** What the code of a chapter names and is not there. `labs`: all of the book. */
export function checkCode(
  root: string,
  file: string,
  code: readonly Code[],
  labs: readonly (Lab | typeof UNUSABLE)[],
): Problem[] {
  return code.flatMap(({ text, line }) => {
    const at = (place: number) => ({ file, line: line + text.slice(0, place).split('\n').length - 1 });
    const commands = [...text.matchAll(command)].flatMap(({ 0: whole, 1: number, 2: step, index }) => {
      const message = wrongTarget(whole, Number(number), step, labs);
      return message === undefined ? [] : [{ ...at(index), message }];
    });
    const paths = [...text.matchAll(path)].flatMap(({ 0: whole, 1: room, 2: folder, 3: name, index }) => {
      const message = wrongPath(root, whole, `${room}/${folder}`, name!);
      return message === undefined ? [] : [{ ...at(index), message }];
    });
    return [...commands, ...paths];
  });
}

function wrongTarget(
  whole: string,
  number: number,
  step: string | undefined,
  labs: readonly (Lab | typeof UNUSABLE)[],
): string | undefined {
  const usable = labs.filter((lab) => lab !== UNUSABLE);
  const lab = usable.find((one) => one.number === number);
  // A lab that cannot be used may be the one that is meant.
  if (!lab)
    return usable.length < labs.length
      ? undefined
      : `"${whole}": there is no lab ${number}. ${suggest(
          `${number}`,
          usable.map((one) => `${one.number}`),
        )}`.trim();
  if (step === undefined || lab.steps.some((one) => one.id === step || `${one.number}` === step)) return undefined;
  const [first, last] = [lab.steps[0], lab.steps.at(-1)];
  return `"${whole}": labs/${lab.folder} has no step ${step}. Its steps are ${number}.${first?.number} to ${number}.${last?.number}.`;
}

/** A learner's copy is made from the starter, so that is where its files are looked for. */
function wrongPath(root: string, whole: string, folder: string, name: string): string | undefined {
  const place = `${folder}/${name.replace(/^src\//, 'starter/')}`;
  if (existsSync(join(root, place))) return undefined;
  return `There is no "${whole}"${place === whole ? '' : `: no ${place} is there to be copied`}. Was it renamed?`;
}
