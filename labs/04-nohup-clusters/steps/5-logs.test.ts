/** Step 4.5: a job writes lines at known times, all kinds of things happen, and asked is what of it is in S3. */
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { type Check, check } from '#kit';
import { json, keysIn } from '../../support/buckets.ts';
import { BOOT, consoleOf, pass, until, untilAll } from './support/cluster.ts';
import {
  ended,
  expectOffsets,
  expectText,
  jobOf,
  type Shipping,
  type Stream,
  shipping,
  textOf,
  type Written,
} from './support/shipping.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const STREAMS: readonly Stream[] = ['out', 'err'];
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Lines of both streams, some seconds apart. Both begin late: a file may not be there yet. */
function talk(t: Check, seconds: number): Written[] {
  const all: Written[] = [];
  for (let at = t.seeded.integer(2, 4); at < seconds; at += t.seeded.integer(1, 4)) {
    const stream = t.seeded.pick(STREAMS);
    all.push({ at, stream, text: `${stream} ${all.length} ${t.seeded.name('ü')}\n` });
  }
  return all;
}

/** All of a stream's pieces as one text. */
async function shipped(at: Shipping, id: string, stream: Stream): Promise<string> {
  return (await at.pieces(id, stream)).map(({ text }) => text).join('');
}

/** What has been sent by now begins as the file does, is whole lines, and goes so far. */
async function expectSince(
  t: Check,
  at: Shipping,
  id: string,
  all: readonly Written[],
  seconds: number,
): Promise<void> {
  for (const stream of STREAMS) {
    const pieces = await at.pieces(id, stream);
    const [text, whole, due] = [
      pieces.map((one) => one.text).join(''),
      textOf(all, stream),
      textOf(all, stream, seconds),
    ];
    t.that(text.startsWith(due), {
      expected: `of ${stream} all lines are in S3 that were written in the first ${seconds} s: ${due.split('\n').length - 1}`,
      seen: `${text.split('\n').length - 1} lines, the last one ${JSON.stringify(text.split('\n').at(-2) ?? '')}`,
      cause: 'What is sent at the end alone, or too seldom, is lost with the machine.',
      hint: 1,
    });
    expectText(
      t,
      text,
      whole.slice(0, text.length),
      `the pieces of ${stream} one after the other`,
      'Each file has pieces of its own, and what is in one is in no other.',
    );
    t.that(text === '' || text.endsWith('\n'), {
      expected: `pieces of ${stream} end with the end of a line`,
      seen: `one ends with ${JSON.stringify(text.slice(-20))}`,
      hint: 2,
    });
    expectOffsets(t, pieces);
  }
}

check('as-they-grow', async (t) => {
  const at = await shipping(t);
  const interval = t.seeded.integer(4, 7);
  const all = talk(t, interval * 9);
  const id = await at.launched([...jobOf(all), 'sleep 1000000'], { INTERVAL_SECONDS: interval });
  const nth = t.seeded.integer(5, 8);
  const kill = await t.faults.add({
    service: 's3',
    operation: 'PutObject',
    resource: at.logs,
    principal: at.role.sessions,
    nth,
    effect: { kind: 'kill', when: 'after' },
  });
  const begun = (await t.clock.now()) + BOOT;
  t.did(
    `let a job write ${all.length} lines to both logs in ${interval * 9} s, with an interval of ${interval} s, and killed all programs of the instance after the ${nth}th object that ship.ts wrote`,
  );
  await t.clock.advance(BOOT);
  for (const seconds of [interval * 2 + 2, interval * 8]) {
    await t.clock.advance(seconds * SECOND);
    const killed = (await t.trace()).find(({ fault }) => fault === kill)?.time;
    const lived = ((killed ?? (await t.clock.now())) - begun) / SECOND;
    await expectSince(t, at, id, all, lived - interval - 1);
  }
});

check('outage', async (t) => {
  const at = await shipping(t);
  const interval = t.seeded.integer(20, 30);
  const bursts = 10;
  const [each, long] = [t.seeded.integer(28, 33), t.seeded.integer(190, 220) * 1024];
  const mark = t.seeded.name('burst');
  const id = await at.launched(
    [
      'echo before > run/out.log; sleep 40',
      `for i in $(seq ${bursts}); do`,
      `  for n in $(seq ${each}); do echo "${mark} $i $n"; done >> run/out.log`,
      `  [ $i = 3 ] && { head -c ${long} /dev/zero | tr '\\0' 'x'; echo; } >> run/out.log`,
      '  sleep 55',
      'done',
      `sleep 60; echo after >> run/out.log; sleep 60; ${ended(0)}`,
    ],
    { INTERVAL_SECONDS: interval },
  );
  const lines = Array.from({ length: bursts }, (_, i) => [
    ...Array.from({ length: each }, (_, n) => `${mark} ${i + 1} ${n + 1}`),
    ...(i === 2 ? ['x'.repeat(long)] : []),
  ]).flat();
  await t.clock.advance(BOOT + 35 * SECOND);
  const refusal = await t.faults.add({
    service: 's3',
    operation: 'PutObject',
    resource: at.logs,
    effect: { kind: 'error', code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
  });
  await t.clock.advance(10 * MINUTE);
  await t.faults.remove(refusal);
  const lost = await t.faults.add({
    service: 's3',
    operation: 'PutObject',
    resource: at.logs,
    nth: 1,
    effect: { kind: 'lost-reply' },
  });
  t.did(
    `let a job write ${lines.length} lines, one of them of ${long / 1024} KiB, while S3 refused each PutObject for ten minutes; then S3 took them again, and its first answer was lost`,
  );
  const written = `before\n${lines.join('\n')}\n`;
  await t.clock.advance((2 * interval + 5) * SECOND);
  const soon = await shipped(at, id, 'out');
  t.that(soon.length >= written.length, {
    expected: `${2 * interval + 5} s after the ten minutes all of out is in S3 that was written in them: ${written.length} bytes`,
    seen: `${soon.length} bytes`,
    cause: 'Whoever gives up for good, or waits for the job’s end, has nothing to send when it counts.',
    hint: 2,
  });
  const all = `${written}after\n`;
  await until(t, 240, async () => (await keysIn(t, at.bucket)).includes(`${at.folderOf(id)}/status.json`), 40);
  const pieces = await at.pieces(id, 'out');
  expectText(
    t,
    pieces.map(({ text }) => text).join(''),
    all,
    'the pieces of out one after the other',
    'The offset has moved before S3 had the piece, or what was sent again went to another key than before.',
  );
  expectOffsets(t, pieces);
  t.equal((await keysIn(t, at.bucket)).includes(`${at.folderOf(id)}/status.json`), true, {
    what: `there is an object ${at.folderOf(id)}/status.json, two minutes after the job’s end`,
    cause: 'The program has ended with an error, perhaps: its attempts were used up.',
  });
  const met = (await t.trace()).some(({ fault }) => fault === lost);
  t.equal(met, true, { what: 'something was sent when S3 was there again' });
});

check('last-words', async (t) => {
  const at = await shipping(t);
  const interval = t.seeded.integer(5, 9);
  const status = t.seeded.integer(1, 90);
  const count = t.seeded.integer(45, 60);
  const [when, mark] = [t.seeded.integer(11, 19), t.seeded.name('word')];
  const words = [...Array.from({ length: count }, (_, n) => `${mark} ${n + 1}\n`), 'the end'].join('');
  const said = `for n in $(seq ${count}); do echo "${mark} $n"; done >> run/out.log; printf 'the end' >> run/out.log`;
  const ends = await at.launched(['sleep 2', 'echo begun >> run/out.log', `sleep ${when}`, said, ended(status)], {
    INTERVAL_SECONDS: interval,
  });
  const stays = await at.launched(['sleep 2', 'echo begun >> run/out.log', `sleep ${when}`, said, 'sleep 1000000'], {
    INTERVAL_SECONDS: 600,
  });
  const all = `begun\n${words}`;

  await t.clock.advance(BOOT + (when + 2) * SECOND);
  t.did(
    `let a job write ${count} lines and the beginning of another one, and end in the same second with status ${status}; let another one write the same, and terminated its instance in that second`,
  );
  await t.clock.advance(100);
  await t.client(EC2Client).send(new TerminateInstancesCommand({ InstanceIds: [stays] }));
  const seen = await untilAll(t, [ends, stays], 'terminated', interval + 10, 3);
  const statusKey = `${at.folderOf(ends)}/status.json`;
  t.equal((await keysIn(t, at.bucket)).includes(statusKey), true, {
    what: `there is an object ${statusKey}, ${interval + 10} s after the job’s end`,
    hint: 3,
  });
  t.equal(await json(t, at.bucket, statusKey), { status }, { what: statusKey });
  expectText(
    t,
    await shipped(at, ends, 'out'),
    all,
    'the pieces of out one after the other',
    'The last line has no end, and will have none: the job is over.',
  );
  const puts = (await t.trace())
    .filter(
      ({ operation, principal, resource, error }) =>
        operation === 'PutObject' && principal?.endsWith(ends) && resource?.includes('/logs/') && !error,
    )
    .map(({ resource }) => resource!.slice(`${at.bucket}/${at.folderOf(ends)}/`.length));
  t.equal(puts.indexOf('status.json'), puts.length - 1, {
    what: 'the place of status.json among all that was sent, counted from 0',
    cause: 'Who sees the status goes by it that the logs are complete.',
    hint: 3,
  });
  t.equal(
    (await consoleOf(t, ends)).find((line) => line.startsWith('ship.ts has ended')),
    'ship.ts has ended with 0',
    { what: 'what the console says of the end of ship.ts, after the status was sent' },
  );
  t.equal(seen, ['terminated', 'terminated'], { what: 'the states of both instances' });

  expectText(
    t,
    await shipped(at, stays, 'out'),
    all,
    'the pieces of out of the instance that was terminated, one after the other',
    'Two seconds after SIGTERM everything is killed, and the disk goes: who does not hear it, or waits for the next interval, is too late.',
  );
});

check('secrets', async (t) => {
  const at = await shipping(t);
  const interval = t.seeded.integer(4, 6);
  const letters = (count: number) => Array.from({ length: count }, () => t.seeded.pick([...LETTERS])).join('');
  const password = `${t.seeded.name('p')}.$&+(1)[a-z]*^|\\?{2}`;
  // One of them begins as the other one does.
  const secrets = { DB_PASSWORD: password, API_TOKEN: `${password}${t.seeded.name('-more')}`, PIN: `Zü ${letters(8)}` };
  const [akia, asia] = [`AKIA${letters(16)}`, `ASIA${letters(16)}`];
  const harmless = `password AKIA${letters(10)} ${password.replace('.', 'x')} akia${letters(16)}`;
  const half = Math.floor(password.length / 2);
  const all: Written[] = [
    { at: 2, stream: 'out', text: `connecting with ${secrets.API_TOKEN}\n${password} ${secrets.PIN}${akia}\n` },
    { at: 3, stream: 'err', text: `refused: ${asia}, ${secrets.DB_PASSWORD}\nsecond ${secrets.PIN}\n` },
    { at: 4, stream: 'out', text: `${harmless}\n` },
    { at: 5, stream: 'out', text: `later: ${password.slice(0, half)}` },
    { at: 6, stream: 'err', text: `key ${akia.slice(0, 9)}` },
    { at: 8 + 2 * interval, stream: 'out', text: `${password.slice(half)} and ${secrets.PIN}\n` },
    { at: 8 + 2 * interval, stream: 'err', text: `${akia.slice(9)}\n` },
    { at: 9 + 3 * interval, stream: 'out', text: `last ${secrets.API_TOKEN}` },
    { at: 9 + 3 * interval, stream: 'err', text: asia },
  ];
  const id = await at.launched([...jobOf(all), ended(0)], {
    INTERVAL_SECONDS: interval,
    SECRETS: t.seeded.shuffle(Object.keys(secrets)).join(','),
    ...secrets,
  });
  t.did(
    'let a job print secrets in both logs: with characters that mean something elsewhere, at a line’s end, in a line that came in two parts, at the end without a line’s end',
  );
  await pass(t, BOOT + (10 + 3 * interval) * SECOND);
  await until(
    t,
    2 * interval + 4,
    async () => (await keysIn(t, at.bucket)).includes(`${at.folderOf(id)}/status.json`),
    interval,
  );
  const redacted = (text: string): string =>
    [secrets.API_TOKEN, password, secrets.PIN, akia, asia].reduce(
      (left, secret) => left.replaceAll(secret, '***'),
      text,
    );
  for (const stream of STREAMS) {
    expectText(
      t,
      await shipped(at, id, stream),
      redacted(textOf(all, stream)),
      `the pieces of ${stream} one after the other`,
      'A secret was taken for a pattern, or its half was sent before the other one was there; or one log was forgotten.',
    );
  }
});
