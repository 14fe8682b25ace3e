/**
 * chapters/facts.json: every number of the book that somebody else can change. The prose takes numbers from here alone
 * (`:fact[lambda.timeout.max]`), so that a changed limit is changed in one place and every page shows since when it is known.
 */
import * as z from 'zod';
import { wrongEdition } from './editions.ts';
import { escapeHtml } from './html.ts';
import { jsonProblem, linesOfEntries } from './json.ts';
import type { Problem } from './problems.ts';

const idShape = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'An id is made of small letters and digits, parted by dots or dashes.');

const factShape = z.strictObject({
  id: idShape,
  /** What the number is of, as it stands in the table of sources. */
  title: z.string().min(8),
  value: z.union([z.number(), z.string().min(1)]),
  /** Printed after the value; empty where the value says all (a version's name, a date). */
  unit: z.string(),
  /** `all`, or the region whose price it is. */
  region: z.union([z.literal('all'), z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region looks like us-east-1.')]),
  /** Day on which the source was last read. */
  asOf: z.iso.date(),
  source: z
    .string()
    .regex(
      /^https:\/\/[\w-]+(\.[\w-]+)+(\/\S*)?$/,
      'A source is the address of a page, like https://example.com/page.',
    ),
  /** What a reader should know before relying on it: a second-hand source, a condition. */
  note: z.string().min(8).optional(),
  /** Used by labs or kept for later chapters: need not appear in a text. */
  shared: z.literal(true).optional(),
});

const fileShape = z.strictObject({ formatVersion: z.literal(1), facts: z.array(z.unknown()) });

export type Fact = Readonly<z.infer<typeof factShape>>;
export type Facts = ReadonlyMap<string, Fact>;

export interface FactFile {
  readonly facts: Facts;
  /** Line on which each of them begins. */
  readonly lines: ReadonlyMap<string, number>;
  /** Whether an entry stands there that cannot be used and may be of this id: it is told already. */
  isBroken(id: string): boolean;
}

const DAY = 24 * 3600 * 1000;

/**
 * Reads and checks the file's text; what is wrong is added to `problems` with its line. Undefined when nothing in it can be used.
 * `now`: the machine's clock, in milliseconds.
 */
export function parseFacts(text: string, file: string, problems: Problem[], now = Date.now()): FactFile | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    problems.push(jsonProblem(text, file, error));
    return undefined;
  }
  const checked = fileShape.safeParse(data);
  if (!checked.success) {
    for (const issue of checked.error.issues)
      problems.push({ file, line: 1, message: `${issue.path.join('.') || 'the file'}: ${issue.message}` });
    return undefined;
  }
  const entryLines = linesOfEntries(text, 'facts');
  const [facts, lines, broken] = [new Map<string, Fact>(), new Map<string, number>(), new Set<string | undefined>()];
  for (const [index, entry] of checked.data.facts.entries()) {
    const line = entryLines[index] ?? 1;
    const wrong = (message: string): unknown => problems.push({ file, line, message });
    const { success, data: fact, error } = factShape.safeParse(entry);
    if (!success) {
      for (const issue of error.issues) wrong(`${issue.path.join('.') || 'the entry'}: ${issue.message}`);
      broken.add(idShape.safeParse((entry as { id?: unknown } | null)?.id).data);
      continue;
    }
    if (facts.has(fact.id)) wrong(`The fact ${fact.id} stands here twice.`);
    if (typeof fact.value === 'string' && /^[\d.,]+$/.test(fact.value))
      wrong(`The value of ${fact.id} is a number in quotes.`);
    const edition = wrongEdition(fact.source);
    if (edition) wrong(edition);
    facts.set(fact.id, fact);
    lines.set(fact.id, line);
  }
  for (const { id, asOf } of stillToCome([...facts.values()], now))
    problems.push({
      file,
      line: lines.get(id) ?? 1,
      message: `The date of ${id}, ${asOf}, is still to come: it is the day on which the source was read.`,
    });
  return { facts, lines, isBroken: (id) => broken.has(id) || (broken.has(undefined) && !facts.has(id)) };
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

/**
 * Facts with a date after today. Today is the machine's wall clock, and a day is allowed for those who read a source further east.
 * Where most dates are still to come it is the clock that is wrong, and a book that was in order would not be shown for it.
 */
function stillToCome(facts: readonly Fact[], now: number): Fact[] {
  const ahead = facts.filter(({ asOf }) => Date.parse(asOf) > now + DAY);
  return ahead.length * 2 > facts.length ? [] : ahead;
}

/** A fact in running text: a link to its row in the table of sources. */
export function factLink(fact: Fact, text: string): string {
  return `<a class="fact" href="sources.html#${fact.id}">${escapeHtml(text)}</a>`;
}

/** Facts that no page uses and that are not marked as shared: they would grow old unseen. */
export function unusedFacts(facts: Facts, used: ReadonlySet<string>): Fact[] {
  return [...facts.values()].filter((fact) => !fact.shared && !used.has(fact.id));
}
