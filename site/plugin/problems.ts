/** What is wrong with the book's sources, by file and line: everything found is told at once, then the build ends. */

export interface Problem {
  /** Path from the repository's root, with forward slashes. */
  readonly file: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

/** Thrown by the build. Its message has one line per problem, `file:line: what is wrong`, so that editors can jump there. */
export class BookError extends Error {
  override name = 'BookError';
  constructor(readonly problems: readonly Problem[]) {
    const lines = [...problems]
      .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
      .map((p) => `${p.file}${p.line > 0 ? `:${p.line}` : ''}: ${p.message}`);
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(`The book was not built: ${count} in its sources.\n${lines.join('\n')}`);
  }
}

/** The nearest of some names, for "did you mean": undefined when none is near. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** The ending of a message about an unknown name: a suggestion, or the names there are, or else what helps. */
export function suggest(name: string, names: Iterable<string>, otherwise = ''): string {
  const all = [...names];
  const near = nearest(name, all);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return all.length > 0 && all.length <= 12 ? `There are: ${all.join(', ')}.` : otherwise;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, change));
    }
    row = next;
  }
  return row[b.length]!;
}
