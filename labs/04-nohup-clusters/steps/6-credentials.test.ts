/** Step 4.6: a program works for hours with the learner's credentials, while STS answers or does not; trace and console tell what came of it. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type Check, check } from '#kit';
import { put } from '../../support/buckets.ts';
import { BOOT, consoleOf, keepProgram, launch, profile, scriptOf } from './support/cluster.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** As patrol.ts has them. */
const ROUND = 5 * MINUTE;
const IN_AN_HOUR = 12;
/** A little less than the twenty minutes that STS may refuse for. */
const REFUSES = 19.5 * MINUTE;
/** Attempts that the SDK makes of one call. */
const ATTEMPTS = 3;
/** What SDK and STS may take for a round beside its five minutes. */
const SLACK = 30 * SECOND;

const DOCUMENT = 'document.pdf';

/** An instance on which patrol.ts runs for so many rounds, with a role that may do no more than become another one. */
async function patrolling(t: Check, rounds: number) {
  const [bucket, inbox, run] = [await t.bucket(), await t.bucket(), t.seeded.name('run')];
  const own = await profile(t, 'instance', [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/programs/*` },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
  ]);
  const roleName = t.seeded.name('work');
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await t.aws.iam.send(
    new CreateRoleCommand({
      RoleName: roleName,
      // Twelve hours, for whom they help.
      MaxSessionDuration: 43_200,
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: own.roleArn },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await t.aws.iam.send(
    new PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName: 'everything',
      PolicyDocument: document({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
    }),
  );
  await keepProgram(t, bucket, 'patrol', await t.build('patrol.ts'));
  await put(t, inbox, DOCUMENT, 'no real document');
  const variables = { RUN: run, BUCKET: bucket, INBOX: inbox, RUN_ROLE: Role!.Arn!, HOURS: rounds / IN_AN_HOUR };
  const [id] = await launch(t, await scriptOf(t, variables, 'node start.mjs patrol', 'shutdown -h now'), {
    profile: own,
  });
  const begun = (await t.clock.now()) + BOOT;

  /** Calls that the program has made by now. */
  const calls = async (operation: string, resource?: string) =>
    (await t.trace()).filter(
      (call) =>
        call.operation === operation &&
        call.principal?.includes(':assumed-role/') &&
        (resource === undefined || call.resource === resource),
    );

  return {
    bucket,
    inbox,
    run,
    begun,
    id: id!,
    asked: () => calls('AssumeRole'),
    calls,
    /** Moves time on to so long after the beginning. */
    async to(since: number): Promise<void> {
      const left = begun + since - (await t.clock.now());
      if (left > 0) await t.clock.advance(left);
    },
  };
}

type Patrolling = Awaited<ReturnType<typeof patrolling>>;

const minutes = (ms: number): string => `${Math.round(ms / MINUTE)} min`;

/** Everything was written, in its time, and never with keys that had expired. */
async function expectAll(t: Check, at: Patrolling, rounds: number): Promise<void> {
  const trace = await t.trace();
  // A call with such keys has no caller who could stand in the trace: patrol.ts tells of it.
  const complaints = (await consoleOf(t, at.id)).filter((line) => line.startsWith(`${at.run}/patrol/`));
  const expired = complaints.find((line) => line.includes('ExpiredToken'));
  t.that(expired === undefined, {
    expected: 'no call is made with keys that have expired',
    seen: `the program says: ${expired}`,
    cause: 'The answer of the first AssumeRole was taken to be right for ever, or the SDK was told to keep it so long.',
    hint: 1,
  });
  let number = 0;
  let late = 0;
  for (let round = 0; round < rounds; round++) {
    const together = round % IN_AN_HOUR === 0 ? 10 : 2;
    const keys = Array.from({ length: together }, (_, n) => `${at.bucket}/${at.run}/patrol/${number + n}.json`);
    number += together;
    const written = trace.filter(
      ({ operation, resource, error }) => operation === 'PutObject' && keys.includes(resource ?? '') && !error,
    );
    t.that(written.length >= together, {
      expected: `${together} objects are written ${round * 5} min after the beginning: ${number - together} to ${number - 1}`,
      seen: `${written.length}${complaints[0] ? `; the program says: ${complaints[0]}` : ''}`,
      cause: 'Where new keys are not to be had and the old ones are given up, or have run out, work is lost.',
      hint: 2,
    });
    const delay = Math.max(...written.map(({ time }) => time)) - at.begun - round * ROUND - late;
    t.that(delay <= SLACK, {
      expected: `they are written within ${SLACK / SECOND} s`,
      seen: `the last one comes ${Math.round(delay / SECOND)} s later, ${minutes(round * ROUND)} after the beginning`,
      cause: 'The work waits for STS, although the keys that are there still hold.',
      hint: 2,
    });
    late += Math.max(0, delay);
  }
}

/** Asks that were answered at the same moment would have been one. */
async function expectOneAtATime(t: Check, at: Patrolling): Promise<void> {
  const times = (await at.asked()).filter(({ error }) => !error).map(({ time }) => time);
  const twice = times.find((time, index) => time - (times[index - 1] ?? Number.NEGATIVE_INFINITY) < SECOND);
  t.that(twice === undefined, {
    expected: 'who comes while an AssumeRole is on its way waits for that one',
    seen: `${times.filter((time) => Math.abs(time - (twice ?? 0)) < SECOND).length} calls of AssumeRole in the same second, ${minutes((twice ?? 0) - at.begun)} after the beginning`,
    cause: 'Several clients have found no keys, or old ones, at the same time, and each has asked for itself.',
    hint: 2,
  });
}

/** It has not asked more often than once in ten seconds, with all attempts of the SDK. */
async function expectPatience(t: Check, at: Patrolling): Promise<void> {
  const times = (await at.asked()).map(({ time }) => time);
  const first = times.find((time, index) => (times[index + ATTEMPTS] ?? Number.POSITIVE_INFINITY) - time < 10 * SECOND);
  const count = times.filter((time) => first !== undefined && time >= first && time < first + 10 * SECOND).length;
  t.that(first === undefined, {
    expected: `STS is asked once in ten seconds at most, which is ${ATTEMPTS} attempts of the SDK`,
    seen: `${count} calls in ten seconds, ${minutes((first ?? 0) - at.begun)} after the beginning`,
    cause: 'Who is refused and asks again at once is one of those that STS is refusing for.',
    hint: 2,
  });
}

check('three-hours', async (t) => {
  const rounds = t.seeded.integer(38, 42);
  const at = await patrolling(t, rounds);
  t.did(`let patrol.ts work for ${minutes(rounds * ROUND)}, with a role whose sessions last an hour here`);
  await at.to(rounds * ROUND);
  await expectAll(t, at, rounds);
  await expectOneAtATime(t, at);
  const { length } = await at.asked();
  t.that(length <= 12, {
    expected: `in ${minutes(rounds * ROUND)} some calls of AssumeRole, 12 at most`,
    seen: `${length}`,
    cause: 'Keys that hold for most of an hour yet were thrown away.',
  });
});

check('throttled', async (t) => {
  const rounds = t.seeded.integer(36, 38);
  const at = await patrolling(t, rounds);
  t.did(
    `let patrol.ts work for ${minutes(rounds * ROUND)}; each time that it had new keys and came for the next, STS refused from that moment on for ${REFUSES / MINUTE} min`,
  );
  // Between two rounds: what a round does is over then.
  const between = t.seeded.integer(60, 200) * SECOND;
  await at.to(between);
  let answered = 0;
  let refusal: string | undefined;
  for (let round = 1; round < rounds; round++) {
    const asked = await at.asked();
    const successes = asked.filter(({ error }) => !error).length;
    if (!refusal && successes > answered) {
      answered = successes;
      refusal = await t.faults.add({
        service: 'sts',
        operation: 'AssumeRole',
        effect: { kind: 'error', code: 'Throttling', status: 400, message: 'Rate exceeded' },
      });
    }
    const first = asked.find(({ fault }) => fault === refusal);
    if (refusal && first) {
      await expectPatience(t, at);
      await at.to(first.time + REFUSES - at.begun);
      await t.faults.remove(refusal);
      refusal = undefined;
    }
    await at.to(round * ROUND + between);
  }
  await at.to(rounds * ROUND);
  await expectAll(t, at, rounds);
  await expectPatience(t, at);
});

check('narrow', async (t) => {
  const rounds = t.seeded.integer(3, 5);
  const at = await patrolling(t, rounds);
  t.did(
    `let patrol.ts work for ${minutes(rounds * ROUND)}; it begins with ten calls at the same time, and tries later what it may not do`,
  );
  await at.to(rounds * ROUND);
  const refused = (await at.asked()).find(({ error }) => error);
  t.that(refused === undefined, {
    expected: 'AssumeRole is answered',
    seen: `${refused?.error}`,
    cause:
      'A session that a session begins lasts an hour at most. Who asks for more is refused, whatever the role’s own maximum.',
    hint: 1,
  });
  await expectAll(t, at, rounds);
  await expectOneAtATime(t, at);

  const { bucket, inbox, run } = at;
  const attempts = {
    'lists BUCKET': ['ListObjectsV2', bucket, 'allowed'],
    'lists INBOX': ['ListObjectsV2', inbox, 'allowed'],
    'reads a document of INBOX': ['GetObject', `${inbox}/${DOCUMENT}`, 'allowed'],
    'writes below RUN-2/': ['PutObject', `${bucket}/${run}-2/patrol.json`, 'AccessDenied'],
    'writes into INBOX': ['PutObject', `${inbox}/${DOCUMENT}`, 'AccessDenied'],
    'deletes its own object': ['DeleteObject', `${bucket}/${run}/patrol/0.json`, 'AccessDenied'],
  } as const;
  const seen: Record<string, string> = {};
  for (const [what, [operation, resource]] of Object.entries(attempts)) {
    const [call] = await at.calls(operation, resource);
    seen[what] = call ? (call.error ?? 'allowed') : 'not tried';
  }
  t.equal(seen, Object.fromEntries(Object.entries(attempts).map(([what, [, , outcome]]) => [what, outcome])), {
    what: 'what becomes of the program’s attempts',
    cause:
      'The role may do far more than this run needs. What a session may do is the role’s policy and the session’s own, both together.',
    hint: 3,
  });
  const printed = (await consoleOf(t, at.id)).find((line) => /(?:AKIA|ASIA)[A-Z0-9]{16}/.test(line));
  t.equal(printed?.replace(/((?:AKIA|ASIA)[A-Z0-9]{4})\w+/, '$1…'), undefined, {
    what: 'a line of the console with the id of an access key',
    cause: 'Keys are in memory alone: what is printed goes to the logs.',
  });
});
