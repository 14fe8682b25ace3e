/**
 * The law of the pipeline: whatever comes twice, breaks or cannot be read, each document ends in one place. It has one result, or it
 * lies among the dead letters; never in both, never in neither.
 */
import type { Check } from '#kit';
import type { Document, Pipeline } from './pipeline.ts';
import { resultKey } from './pipeline.ts';

export interface Load {
  readonly documents: number;
  /** Moments at which the drain is killed, one after the other. */
  readonly crashes: readonly Crash[];
}

/** When the drain is killed: each names the call that it is in the middle of. */
export type Crash = keyof typeof CRASHES;

const CRASHES = {
  'result written, message not deleted': { service: 's3', operation: 'PutObject', when: 'after' },
  'messages received, nothing done': { service: 'sqs', operation: 'ReceiveMessage', when: 'after' },
  'document read, nothing written': { service: 's3', operation: 'GetObject', when: 'after' },
  'dead letter sent, message not deleted': { service: 'sqs', operation: 'SendMessage', when: 'after' },
} as const;

export const crashes = Object.keys(CRASHES) as Crash[];

export interface Arrived {
  readonly good: readonly Document[];
  /** Keys of what is no PDF. */
  readonly poison: readonly string[];
}

/** Documents that S3 tells of twice begin with this. */
const TWICE = 'twice';
/** Uploads that are under way at a time. */
const TOGETHER = 20;
const POISON = ['<!doctype html><title>Not found</title>', '', 'PK\u0003\u0004 a folder in a PDF’s clothes'];

/**
 * Uploads documents: 20 % come twice, half of them from S3 and half from SQS; 5 % are no PDF. `begin` is called first with all
 * faults in place. Waves of `load.documents` documents may follow each other.
 */
export async function arrive(t: Check, p: Pipeline, load: Load): Promise<Arrived> {
  const { seeded } = t;
  const tenth = Math.ceil(load.documents / 10);
  const duplicate = { kind: 'duplicate-delivery' } as const;
  await t.faults.add({ service: 's3', operation: 'Notify', resource: `${p.inbox}/${TWICE}-*`, effect: duplicate });
  for (const nth of seeded.shuffle(Array.from({ length: load.documents }, (_, i) => i + 1)).slice(0, tenth)) {
    await t.faults.add({ service: 'sqs', operation: 'Deliver', resource: p.name, nth, effect: duplicate });
  }
  for (const crash of load.crashes) await plan(t, p, crash, load.documents);

  const kinds = seeded.shuffle(
    Array.from({ length: load.documents }, (_, i) => ({
      twice: i % 10 === 0,
      poison: i % 20 === 5,
      pages: seeded.integer(1, 5),
    })),
  );
  const keyed = kinds.map((kind) => ({ ...kind, key: `${seeded.name(kind.twice ? TWICE : 'letter')}.pdf` }));
  const good: Document[] = [];
  const poison: string[] = [];
  for (let from = 0; from < keyed.length; from += TOGETHER) {
    await Promise.all(
      keyed.slice(from, from + TOGETHER).map(async (one, i) => {
        if (!one.poison) return good.push(await p.upload(one.key, one.pages));
        await p.uploadBytes(one.key, POISON[i % POISON.length]!);
        return poison.push(one.key);
      }),
    );
  }
  return { good, poison };
}

/** Where the n-th call of a kind is that breaks: anywhere while the documents are worked on. */
async function plan(t: Check, p: Pipeline, crash: Crash, documents: number): Promise<void> {
  const { service, operation, when } = CRASHES[crash];
  const calls =
    operation === 'ReceiveMessage' || operation === 'SendMessage' ? Math.ceil(documents / 20) : documents / 2;
  await t.faults.add({
    service,
    operation,
    ...(service === 's3' ? { resource: `${operation === 'GetObject' ? p.inbox : p.results}/*` } : {}),
    nth: t.seeded.integer(1, Math.max(1, Math.floor(calls))),
    effect: { kind: 'kill', when },
  });
}

/** Lets time go by until nothing is in the queue any more, at most so many minutes; returns how many messages are left then. */
export async function untilEmpty(t: Check, p: Pipeline, minutes: number, step = 5): Promise<number> {
  for (let gone = 0; gone < minutes && (await p.messages()).all > 0; gone += step) await t.clock.advance(step * 60_000);
  return (await p.messages()).all;
}

/** Each document in one place. `dead`: texts of the dead letters, wherever they are kept. */
export async function expectConserved(
  t: Check,
  p: Pipeline,
  { good, poison }: Arrived,
  dead: readonly string[],
): Promise<void> {
  const keys = [...good.map(({ key }) => key), ...poison];
  const lettered = new Set(dead.map((text) => keys.find((key) => text.includes(key)) ?? text));
  const results = Object.entries(await p.found()).filter(([key]) => !key.startsWith('dead-letters/'));
  const counted = new Map<string, string[]>();
  for (const [at] of results) {
    const key = at.slice(0, at.lastIndexOf('/'));
    counted.set(key, [...(counted.get(key) ?? []), at]);
  }
  const place = (key: string): string =>
    `${lettered.has(key) ? 'a dead letter' : ''}${lettered.has(key) && counted.has(key) ? ' and ' : ''}${
      counted.has(key) ? (counted.get(key)!.length === 1 ? 'a result' : `${counted.get(key)!.length} results`) : ''
    }` || 'lost';
  const wrong = [
    ...good.filter(({ key }) => place(key) !== 'a result').map(({ key }) => `${key}: ${place(key)}`),
    ...poison.filter((key) => place(key) !== 'a dead letter').map((key) => `${key}, which is no PDF: ${place(key)}`),
    ...[...counted.keys(), ...lettered].filter((key) => !keys.includes(key)).map((key) => `${key}: nobody uploaded it`),
  ];
  t.that(wrong.length === 0, {
    expected: `each of ${good.length} documents has one result, each of ${poison.length} files that are no PDF lies among the dead letters, and there is nothing else`,
    seen: `${wrong.length} ended otherwise: ${wrong.slice(0, 3).join('; ')}`,
    cause: wrong.some((one) => one.endsWith('lost'))
      ? 'A message was deleted before what it asks for was there to stay; or something took a second delivery for work that is done.'
      : 'Two places were given to one document, or a result is kept under a key that differs from one delivery to the next.',
    hint: 1,
  });
  const pages = Object.fromEntries(results);
  for (const one of good) {
    t.equal(pages[resultKey(one)], one, { what: `the result ${resultKey(one)}` });
  }
  const written = (await t.trace()).filter(
    ({ operation, resource, error }) =>
      operation === 'PutObject' &&
      resource?.startsWith(`${p.results}/`) &&
      !resource.includes('/dead-letters/') &&
      !error,
  );
  t.equal(written.length, good.length, {
    what: 'how many results were written, over all attempts',
    cause:
      'A document that came twice was written twice. Only S3 can tell, at the moment of writing, that a result is there already.',
    hint: 2,
  });
}
