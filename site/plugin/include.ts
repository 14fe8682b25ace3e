/**
 * Code in the book comes from files that are run and tested. A piece of a file is a region:
 *
 *     // #region count
 *     …
 *     // #endregion count
 *
 * Markers never show; a lost file or region ends the build instead of printing something else.
 */
import { readFileSync } from 'node:fs';
import { extname, isAbsolute, posix, resolve } from 'node:path';
import { suggest } from './problems.ts';

export interface Included {
  readonly code: string;
  readonly language: Language;
  readonly path: string;
  /** Lines of the file (from 1), markers not counted in. */
  readonly from: number;
  readonly to: number;
}

export type Language = 'ts' | 'js' | 'json' | 'yaml' | 'bash' | 'diff' | 'text';

const languages: Readonly<Record<string, Language>> = {
  '.ts': 'ts',
  '.mjs': 'js',
  '.js': 'js',
  '.json': 'json',
  '.yml': 'yaml',
  '.yaml': 'yaml',
  '.sh': 'bash',
  '.txt': 'text',
};

/** Folders whose files a page may show. */
const open = ['labs/', 'solutions/'];

const begin = /^\s*(?:\/\/|#|<!--)\s*#region\s+([\w-]+)\s*(?:-->)?\s*$/;
const finish = /^\s*(?:\/\/|#|<!--)\s*#endregion(?:\s+([\w-]+))?\s*(?:-->)?\s*$/;

/** Reads `path` or `path#region`, from the repository's root. Throws an Error whose message is for the author. */
export function include(root: string, reference: string): Included {
  const [path = '', region] = reference.split('#', 2);
  if (isAbsolute(path) || posix.normalize(path) !== path || !open.some((folder) => path.startsWith(folder)))
    throw new Error(
      `"${path}" cannot be included: code comes from ${open.join(' and ')}, by its path from the repository's root.`,
    );
  const language = languages[extname(path)];
  if (!language)
    throw new Error(
      `"${path}" cannot be included: no language is known for ${extname(path) || 'files without ending'}.`,
    );
  let source: string;
  try {
    source = readFileSync(resolve(root, path), 'utf8');
  } catch {
    throw new Error(`There is no file "${path}" to include. Was it renamed? Paths begin at the repository's root.`);
  }
  const lines = source.replace(/\n$/, '').split('\n');
  const [from, to] = region === undefined ? [0, lines.length] : findRegion(lines, region, path);
  const kept = lines.slice(from, to).filter((line) => !begin.test(line) && !finish.test(line));
  const code = dedent(kept)
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
  if (code === '') throw new Error(`"${reference}" is empty.`);
  return { code, language, path, from: from + 1, to };
}

function findRegion(lines: readonly string[], region: string, path: string): [number, number] {
  const openings = lines.flatMap((line, index) => {
    const name = begin.exec(line)?.[1];
    return name === undefined ? [] : [{ name, index }];
  });
  const own = openings.filter((opening) => opening.name === region);
  if (own.length === 0)
    throw new Error(
      `"${path}" has no region "${region}". ${suggest(
        region,
        openings.map((opening) => opening.name),
        `Mark it there, from "// #region ${region}" to "// #endregion ${region}".`,
      )}`.trim(),
    );
  if (own.length > 1) throw new Error(`"${path}" has the region "${region}" ${own.length} times; which one is meant?`);
  const from = own[0]!.index;
  let depth = 0;
  for (let i = from; i < lines.length; i++) {
    if (begin.test(lines[i]!)) depth++;
    const end = finish.exec(lines[i]!);
    if (!end) continue;
    depth--;
    if (depth > 0) continue;
    if (end[1] !== undefined && end[1] !== region)
      throw new Error(`"${path}:${i + 1}" ends the region "${end[1]}" where "${region}" is open.`);
    return [from + 1, i];
  }
  throw new Error(`"${path}:${from + 1}" opens the region "${region}", and nothing ends it.`);
}

function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length);
  const least = Math.min(...indents, 80);
  return lines.map((line) => line.slice(least).trimEnd());
}
