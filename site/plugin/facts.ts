/**
 * chapters/facts.json: every number of the book that somebody else can change. The prose takes numbers from here alone
 * (`:fact[lambda.timeout.max]`), so that a changed limit is changed in one place and every page shows since when it is known.
 */
import * as z from 'zod';
import { escapeHtml } from './html.ts';
import type { Problem } from './problems.ts';

const factShape = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'An id is made of small letters and digits, parted by dots or dashes.'),
  /** What the number is of, as it stands in the table of sources. */
  title: z.string().min(8),
  value: z.union([z.number(), z.string().min(1)]),
  /** Printed after the value; empty where the value says all (a version's name, a date). */
  unit: z.string(),
  /** `all`, or the region whose price it is. */
  region: z.union([z.literal('all'), z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region looks like us-east-1.')]),
  /** Day on which the source was last read. */
  asOf: z.iso.date(),
  source: z.url({ protocol: /^https$/ }),
  /** What a reader should know before relying on it: a second-hand source, a condition. */
  note: z.string().min(8).optional(),
  /** Used by labs or kept for later chapters: need not appear in a text. */
  shared: z.literal(true).optional(),
});

const fileShape = z.strictObject({ formatVersion: z.literal(1), facts: z.array(factShape) });

export type Fact = Readonly<z.infer<typeof factShape>>;
export type Facts = ReadonlyMap<string, Fact>;

/** Reads and checks the file's text; what is wrong is added to `problems` with its line. */
export function parseFacts(text: string, file: string, problems: Problem[]): Facts {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    problems.push({ file, line: 0, message: `This is not JSON: ${(error as Error).message}` });
    return new Map();
  }
  const checked = fileShape.safeParse(data);
  if (!checked.success) {
    for (const issue of checked.error.issues) {
      const at = issue.path[0] === 'facts' && typeof issue.path[1] === 'number' ? issue.path[1] : undefined;
      const where = issue.path.slice(at === undefined ? 0 : 2).join('.') || 'the file';
      problems.push({
        file,
        line: at === undefined ? 1 : lineOfEntry(text, at),
        message: `${where}: ${issue.message}`,
      });
    }
    return new Map();
  }
  const facts = new Map<string, Fact>();
  for (const [index, fact] of checked.data.facts.entries()) {
    const line = lineOfEntry(text, index);
    if (facts.has(fact.id)) problems.push({ file, line, message: `The fact ${fact.id} stands here twice.` });
    if (typeof fact.value === 'string' && /^[\d.,]+$/.test(fact.value))
      problems.push({ file, line, message: `The value of ${fact.id} is a number in quotes.` });
    facts.set(fact.id, fact);
  }
  return facts;
}

/** Line (from 1) on which the n-th `"id"` stands: the schema has exactly one per fact. */
export function lineOfEntry(text: string, index: number): number {
  let seen = -1;
  for (const [number, line] of text.split('\n').entries()) {
    if (/"id"\s*:/.test(line) && ++seen === index) return number + 1;
  }
  return 1;
}

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 12 });

/** The value without its unit: `10,240`. */
export function factValue(fact: Fact): string {
  return typeof fact.value === 'number' ? numbers.format(fact.value) : fact.value;
}

/** The value with its unit, not to be parted at a line's end when short: `15 minutes`. */
export function factText(fact: Fact): string {
  const text = fact.unit === '' ? factValue(fact) : `${factValue(fact)} ${fact.unit}`;
  return text.length <= 16 ? text.replaceAll(' ', '\u00a0') : text;
}

/** A fact in running text: a link to its row in the table of sources. */
export function factLink(fact: Fact, text: string): string {
  return `<a class="fact" href="sources.html#${fact.id}">${escapeHtml(text)}</a>`;
}

/** Facts that no page uses and that are not marked as shared: they would grow old unseen. */
export function unusedFacts(facts: Facts, used: ReadonlySet<string>): Fact[] {
  return [...facts.values()].filter((fact) => !fact.shared && !used.has(fact.id));
}
