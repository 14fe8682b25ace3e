/** Step 2.2: releases of both services write and read each other's events, and the plan is played on a calendar. */
import { type Check, check } from '#kit';
import {
  IN_ALL,
  IN_QUEUE,
  linesOf,
  type Meeting,
  meetingsOf,
  moment,
  type Release,
  runsOf,
} from './support/calendar.ts';
import { bodyOf, madeOf, type Profile, releases } from './support/releases.ts';
import { people } from './support/story.ts';

const profilesOf = (t: Check, n: number): Profile[] =>
  people(t.seeded, n).map(({ user, name }) => ({ user, name, revision: t.seeded.integer(2, 90) }));

const momentOf = (t: Check): string => new Date(Date.UTC(2026, 1, 3) + t.seeded.integer(0, 1e9)).toISOString();

/** What a reader makes of an event: those of before know of no revisions, and neither do events of before. */
const asRead = (profile: Profile, written: Release, read: Release): Profile =>
  written === 'before' || read === 'before' ? { ...profile, revision: 0 } : profile;

/** Who has to understand whom while both sides are deployed. */
const PAIRS: readonly (readonly [written: Release, read: Release])[] = [
  ['both', 'before'],
  ['both', 'after'],
  ['both', 'both'],
  ['before', 'both'],
  ['after', 'both'],
];

check('both-ways', async (t) => {
  const { write, read } = await releases(t);
  const [nameless, ...others] = profilesOf(t, 4);
  const profiles = [...others, { ...nameless!, name: '' }];
  const at = momentOf(t);
  t.did(`had the feed of each release write events about ${profiles.map(({ name }) => `‘${name}’`).join(', ')}`);
  const asked = (['both', 'before', 'after'] as const).flatMap((release) =>
    profiles.map((profile) => ({ release, profile, at })),
  );
  const told = await write(asked);
  const written = asked.map(({ release, profile }, i) => ({ release, profile, body: bodyOf(t, told[i]!, release) }));
  for (const { profile, body } of written.filter(({ release }) => release === 'both'))
    expectBothForms(t, profile, at, body);

  t.did('and chat of each release read them');
  const meetings = PAIRS.flatMap(([release, reader]) =>
    written.filter((event) => event.release === release).map((event) => ({ ...event, reader })),
  );
  const readings = await read(meetings.map(({ reader, body }) => ({ release: reader, body })));
  for (const [i, { release, reader, profile, body }] of meetings.entries()) {
    t.equal(madeOf(readings[i]!), asRead(profile, release, reader), {
      what: `what chat’s “${reader}” reads in ${body}, which the feed’s “${release}” wrote`,
      cause:
        reader === 'both'
          ? 'A feed of any release may write while chat’s “both” runs. It asks for something that this one does not bring, or does not look where it stands.'
          : 'There may be readers of any release when the feed’s “both” writes. This one does not find what it looks for.',
      hint: reader === 'both' ? 2 : 1,
    });
  }
});

/** The event has what the old form has, and what the new one has, whatever its version. */
function expectBothForms(t: Check, { user, name, revision }: Profile, at: string, body: string): void {
  const wanted = { type: 'profile-changed', user, name, displayName: name, revision, at };
  let fields: Record<string, unknown> | null = null;
  try {
    fields = JSON.parse(body) as typeof fields;
  } catch {
    // It shows none of them, then.
  }
  t.equal(Object.fromEntries(Object.keys(wanted).map((field) => [field, fields?.[field]])), wanted, {
    what: `the fields of ${body}, which the feed’s “both” wrote`,
    cause: 'It has left one form before the last reader of it has.',
    hint: 1,
  });
}

interface Sample {
  readonly body: string;
  readonly reads: unknown;
  readonly cause: string;
}

const UNREADABLE = { thrown: 'Unreadable' };

check('tolerant', async (t) => {
  const { read } = await releases(t);
  const samples = [...furtherOf(t), ...strangersOf(t), ...brokenOf(t)];
  t.did(`had chat’s “both” read ${samples.length} messages: with further fields, of other types, and broken ones`);
  const readings = await read(samples.map(({ body }) => ({ release: 'both', body })));
  for (const [i, { body, reads, cause }] of samples.entries()) {
    t.equal(madeOf(readings[i]!), reads, {
      what: `what it makes of ${body}${reads === null ? ' (null: decode answers undefined)' : ''}`,
      cause,
      hint: 2,
    });
  }
});

/** An event with all that version 2 has to bring, changed by `more`; what is undefined is left out. */
const eventOf = ({ user, name, revision }: Profile, more: object = {}): string =>
  JSON.stringify({ version: 2, type: 'profile-changed', user, displayName: name, revision, at: AT, ...more });

const AT = '2026-02-03T04:05:06.000Z';

/** Events of releases to come. */
function furtherOf(t: Check): Sample[] {
  const [one, two, three] = profilesOf(t, 3);
  const field = t.seeded.name('field');
  const cause =
    'Something in it is new to this reader, and that is no reason to refuse it, or to pass it on: a feed that has to ask all its readers before it adds a field is not free to change.';
  return [
    { body: eventOf(one!, { [field]: { name: [1, { revision: null }] }, locale: 'de' }), reads: one, cause },
    { body: eventOf(two!, { version: t.seeded.integer(3, 9), [field]: [] }), reads: two, cause },
    { body: eventOf(three!, { version: 3, name: { first: field, last: null } }), reads: three, cause },
    { body: eventOf(one!).replace('{', `{"__proto__":{"user":"${field}"},`), reads: one, cause },
  ];
}

/** Events about something else, which happen to look alike. */
function strangersOf(t: Check): Sample[] {
  const [profile] = profilesOf(t, 1);
  const cause = 'What an event tells of is its type. Others go through the same queue, and are no business of chat’s.';
  return [
    { body: eventOf(profile!, { type: 'user-left', displayName: undefined, revision: undefined }), reads: null, cause },
    { body: eventOf(profile!, { type: t.seeded.name('profile') }), reads: null, cause },
  ];
}

/** What is no event, or lacks something. */
function brokenOf(t: Check): Sample[] {
  const [profile] = profilesOf(t, 1);
  const lacking = [
    { revision: undefined },
    { revision: String(profile!.revision) },
    { revision: -profile!.revision },
    { revision: profile!.revision + 0.5 },
    { displayName: undefined },
    { displayName: null },
    { user: undefined },
    { version: 1, displayName: undefined, revision: undefined },
  ].map((more) => eventOf(profile!, more));
  const cut = eventOf(profile!).slice(0, -t.seeded.integer(1, 20));
  const cause =
    'What cannot be read has to be refused with Unreadable: then it is told, and ends as a dead letter. Taken for something, it does harm in silence.';
  return [...lacking, cut, '{}', '[]', 'null', '"profile-changed"', ''].map((body) => ({
    body,
    reads: UNREADABLE,
    cause,
  }));
}

check('rollout', async (t) => {
  const lines = await planOf(t);
  const runs = runsOf(lines);
  t.equal(
    { feed: runs.feed.at(-1)!.release, chat: runs.chat.at(-1)!.release },
    { feed: 'after', chat: 'after' },
    { what: 'the releases with which the plan ends', cause: 'It stops halfway.' },
  );
  t.did(
    `played the plan: it takes ${Math.round(Math.max(...[...runs.feed, ...runs.chat].map(({ from }) => from)) / 24)} days. Had each release of the feed write events, and each release of chat read those that it may meet`,
  );
  const { write, read } = await releases(t);
  const profiles = profilesOf(t, 2);
  const at = momentOf(t);
  const written = runs.feed.flatMap(({ release }) => profiles.map((profile) => ({ release, profile, at })));
  const told = await write(written);
  const events = written.map((one, i) => ({ ...one, body: bodyOf(t, told[i]!, one.release) }));
  const met = meetingsOf(runs).flatMap((meeting) =>
    events.filter(({ release }) => release === meeting.written.release).map((event) => ({ ...event, meeting })),
  );
  const readings = await read(met.map(({ meeting, body }) => ({ release: meeting.read.release, body })));
  for (const [i, { meeting, profile, body }] of met.entries()) {
    const seen = madeOf(readings[i]!) as Partial<Profile & { thrown: string }> | null;
    t.that(seen?.user === profile.user && seen.name === profile.name, {
      expected: 'whoever runs can read each event that it may meet: of now, and of up to 14 days ago',
      seen: `from ${moment(meeting.at)} on, chat’s “${meeting.read.release}” may meet ${body}, which the feed’s “${meeting.written.release}” ${writes(meeting)}: ${seen?.thrown ? `it throws ${seen.thrown}` : `it reads ${JSON.stringify(seen)}`}`,
      cause: whyMet(meeting),
      hint: 3,
    });
  }
});

const writes = ({ written, at }: Meeting): string =>
  written.to > at ? 'writes at this time' : `wrote until ${moment(written.to)}`;

function whyMet({ written, read, at }: Meeting): string {
  if (read.from < written.from || written.to > at)
    return 'Both run at this time. The new form is written, or the old one is not read any more, before the other side is ready for it. A release runs until the deployment of the next one is over.';
  return at < written.to + IN_QUEUE
    ? 'The feed does not write this any more, but what it has written lies in the queue still.'
    : `What could not be read in its four days lies among the dead letters, and may be brought back until it is ${IN_ALL / 24} days old, counted from when it was sent.`;
}

async function planOf(t: Check) {
  t.did('read rollout.json');
  const text = await t.read('rollout.json');
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    t.that(false, {
      expected: 'rollout.json is JSON',
      seen: error instanceof Error ? error.message : String(error),
      cause: 'A comma, a bracket or a quotation mark is missing, or one too many.',
    });
  }
  const lines = linesOf(plan);
  if (typeof lines !== 'string') return lines;
  t.that(false, {
    expected:
      'rollout.json is a list of lines like {"deploy":"chat","release":"both"}, with feed or chat and before, both or after, and {"wait":"4 days"}, with hours or days',
    seen: lines,
    cause: 'The plan has another shape than the one that was given.',
  });
  return [];
}
