/** Judges decision.json: by what was measured on the trace, and by the prices in chapters/facts.json. */
import { readFileSync } from 'node:fs';
import type { Check } from '#kit';
import { type Comparison, MEMORY } from './comparison.ts';
import type { Documents } from './observed.ts';

type Name = 'alarm' | 'mapping';

const DAYS = 30;
/** Documents of the full night, for which the bill is reckoned from those of the burst. */
const NIGHT = 3000;
/** Share by which a number may be off. */
const TOLERANCE = 0.02;

const facts = new Map(
  (
    JSON.parse(readFileSync(new URL('../../../../chapters/facts.json', import.meta.url), 'utf8')) as {
      facts: { id: string; value: number }[];
    }
  ).facts.map(({ id, value }) => [id, value]),
);

/** Throws for what the book does not say: a mistake of ours. */
function fact(id: string): number {
  const value = facts.get(id);
  if (typeof value !== 'number') throw new Error(`chapters/facts.json has no number ${id}.`);
  return value;
}

interface Work {
  readonly calls: number;
  readonly requests: number;
  /** Milliseconds. */
  readonly billed: number;
}

/** Dollars for calls of SQS, requests of Lambda, and the time of a function. */
const bill = ({ calls, requests, billed }: Work): number =>
  (calls * fact('sqs.price.requests') + requests * fact('lambda.price.requests')) / 1_000_000 +
  (billed / 1000) * (MEMORY / 1024) * fact('lambda.price.gbs.arm');

const workOf = ({ invocations }: Documents): Work => ({
  calls: sum(invocations.map(({ calls }) => calls)),
  requests: invocations.length,
  billed: sum(invocations.map(({ billed }) => billed)),
});

function monthOf({ emptySweep }: Comparison) {
  const receives = fact('lambda.mapping.batches') * ((DAYS * 86_400) / fact('sqs.wait.max'));
  const mapping = bill({ calls: receives, requests: 0, billed: 0 });
  const alarm = fact('cloudwatch.price.alarm');
  const sweep = bill({ ...emptySweep, requests: 1 });
  return { receives, mapping, alarm, sweep, sweepsADay: (mapping - alarm) / DAYS / sweep };
}

interface Requirement {
  readonly asks: string;
  /** What was measured of a design, for people. */
  readonly says: (name: Name) => string;
  readonly design: Name;
}

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;
const dollars = (amount: number): string => `$${Number(amount.toPrecision(3))}`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** What each kind of work asks for, and the design that was seen to give it. Throws where the measurements do not tell them apart. */
function requirements(seen: Comparison): Record<string, Requirement> {
  const names = ['alarm', 'mapping'] as const;
  const of = (name: Name, kind: string): Documents => seen[name].documents[kind]!;
  const only = (what: string, fits: (name: Name) => boolean): Name => {
    const fitting = names.filter(fits);
    if (fitting.length !== 1) throw new Error(`${what} does not tell the designs apart: ${JSON.stringify(seen)}`);
    return fitting[0]!;
  };
  const month = monthOf(seen);
  const night = (name: Name) => (NIGHT / of(name, 'burst').count) * bill(workOf(of(name, 'burst')));
  const bills = { alarm: month.alarm + DAYS * month.sweep + night('alarm'), mapping: month.mapping + night('mapping') };
  const first = (name: Name) => of(name, 'set').invocations[0]?.results ?? 0;
  const two = (name: Name) => of(name, 'burst').atOnce <= 2;
  return {
    aDocumentEveryFewMinutesEachCountedWithinAMinute: {
      asks: 'the design under which no document waits for its result for more than 60 s',
      says: (name) => `${seconds(of(name, 'trickle').latency)} at most`,
      design: only('trickle', (name) => of(name, 'trickle').latency <= 60_000),
    },
    oneFullNightAMonthForTheSmallestBill: {
      asks: `the design that costs less in a month of ${DAYS} days with ${NIGHT} documents in one night, nothing else, and a sweep a day`,
      says: (name) => dollars(bills[name]),
      design: only('bill', (name) => bills[name] === Math.min(bills.alarm, bills.mapping)),
    },
    neverFewerThanTheThresholdInTheFirstInvocation: {
      asks: `the design whose first invocation gets at least the ${seen.threshold} documents that are worth beginning with`,
      says: (name) => `${first(name)} documents`,
      design: only('set', (name) => first(name) >= seen.threshold),
    },
    aBurstForAConsumerThatTakesTwoDocumentsAtATime: {
      asks: `the design that works on two documents at a time at most, and is through with ${seen.threshold} soonest`,
      says: (name) => `${of(name, 'burst').atOnce} at a time, through after ${seconds(of(name, 'burst').total)}`,
      design: only(
        'burst',
        (name) =>
          two(name) && names.every((other) => !two(other) || of(name, 'burst').total <= of(other, 'burst').total),
      ),
    },
  };
}

const BECAUSE = ['window-is-over', 'batch-size-is-a-minimum', 'payload-is-full', 'pollers-share-them'];

export async function judgeForm(t: Check, seen: Comparison): Promise<void> {
  const open = Object.entries(seen.mapping.documents).filter(([, { latency }]) => latency === Number.POSITIVE_INFINITY);
  t.that(open.length === 0, {
    expected: 'batch.ts has counted every document that was uploaded, so that there is something to compare',
    seen: `documents without a result among those named ${open.map(([kind]) => `${kind}-…`).join(', ')}`,
    cause: 'The comparison runs your batch.ts behind a mapping. See the check before this one.',
  });
  const asked = requirements(seen);
  const month = monthOf(seen);
  const [alarm, mapping] = [workOf(seen.alarm.documents.burst!), workOf(seen.mapping.documents.burst!)];
  t.did(
    `measured in a burst of ${seen.threshold}: alarm ${alarm.requests} invocations, ${seconds(alarm.billed)} billed, ${alarm.calls} calls of SQS; mapping ${mapping.requests}, ${seconds(mapping.billed)}, ${mapping.calls}`,
  );
  t.did(
    `measured of a sweep that found nothing: ${seconds(seen.emptySweep.billed)} billed, ${seen.emptySweep.calls} calls of SQS`,
  );
  const field = await formOf(t);

  for (const [name, { asks, says, design }] of Object.entries(asked)) {
    const answer = field('designs', name);
    t.that(answer === design, {
      expected: `designs.${name}: ${asks}`,
      seen: `${JSON.stringify(answer)}; measured: alarm ${says('alarm')}, mapping ${says('mapping')}`,
      cause:
        answer === 'alarm' || answer === 'mapping'
          ? 'The other design was measured to do this. Which of the two waits for documents to be many, and which waits for time to pass?'
          : 'The field takes "alarm" or "mapping".',
      hint: 2,
    });
  }

  const seven = 'sevenMessagesWithBatchSize100AndWindow60';
  const set = seen.mapping.documents.set!;
  const because = field(seven, 'because');
  t.equal(
    [field(seven, 'secondsUntilTheFunctionIsInvoked'), field(seven, 'messagesInThatInvocation')],
    [set.wait / 1000, set.invocations[0]?.results],
    {
      what: `${seven}: the seconds and the messages, as the trace has them`,
      cause: 'A batch is handed over when it is full, or when its window is over, whichever comes first.',
      hint: 2,
    },
  );
  t.that(because === BECAUSE[0], {
    expected: `${seven}.because: why it is invoked then, and with these: one of ${BECAUSE.join(', ')}`,
    seen: JSON.stringify(because),
    cause: 'The batch size of a mapping is not the threshold of an alarm.',
    hint: 2,
  });

  const idle = 'aMonthOf30DaysWithoutDocuments';
  const number = (name: string, value: number, what: string, cause: string) => {
    const answer = field(idle, name);
    t.that(typeof answer === 'number' && Math.abs(answer - value) <= value * TOLERANCE, {
      expected: `${idle}.${name}: ${what}`,
      seen: JSON.stringify(answer),
      cause,
      hint: 3,
    });
  };
  number(
    'receivesOfTheMapping',
    month.receives,
    'how often Lambda receives in 30 days when every long poll ends empty',
    'Lambda polls for as long as the mapping is there, with as many long polls as it begins with batches, each as long as a long poll can be.',
  );
  number(
    'dollarsForTheMapping',
    month.mapping,
    'what these receives cost',
    'SQS is paid by the request, whether it brings messages or not.',
  );
  number(
    'dollarsForTheAlarm',
    month.alarm,
    'what an alarm costs in a month',
    'An alarm is paid by the month, whatever it sees.',
  );
  number(
    'secondsThatAnEmptySweepRuns',
    seen.emptySweep.billed / 1000,
    `the seconds that were measured: ${seconds(seen.emptySweep.billed)}`,
    'A drain that finds nothing waits for messages until it has been told twice that there are none.',
  );
  number(
    'dollarsForAnEmptySweep',
    month.sweep,
    `what a sweep costs that finds nothing, with ${MEMORY} MB on arm64: one request, its time, its receives`,
    'Lambda bills gigabytes times seconds. Is the memory in GB, and the time in seconds?',
  );
  number(
    'sweepsADayFromWhichTheAlarmCostsMore',
    month.sweepsADay,
    'the number of sweeps a day that costs as much in 30 days as the mapping costs more than the alarm',
    'The alarm costs less than the polls of the mapping; each empty sweep takes away from what is saved.',
  );
}

/** Looks fields up; a form that cannot be read fails the check. */
async function formOf(t: Check): Promise<(group: string, name: string) => unknown> {
  const text = await t.read('decision.json');
  let form: Record<string, Record<string, unknown> | null> | null = null;
  try {
    form = JSON.parse(text) as typeof form;
  } catch (error) {
    t.that(false, {
      expected: 'decision.json is JSON',
      seen: error instanceof Error ? error.message : String(error),
      cause: 'A comma, a bracket or a quotation mark is missing, or one too many.',
    });
  }
  return (group, name) => form?.[group]?.[name] ?? null;
}
