/** Step 4.2: clusters are launched, and looked at. Time moves on by less than a boot takes, where it can be moved. */
import { DescribeInstanceAttributeCommand, EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { type Check, check, type Invocation } from '#kit';
import { alive, instances, pass, TYPE, tagOf } from './support/cluster.ts';
import { type Launcher, launcher, type RunEvent, runJson } from './support/launcher.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Virtual seconds in which the launcher has to answer, and those of each launch. */
const PROMPT = 10;
const LAUNCH = 2;
/** Bytes of user data that EC2 takes. */
const USER_DATA = 16_384;

interface Answer {
  readonly run: string;
  readonly coordinator: string;
  readonly workers: readonly string[];
}

/** The instances of a run that are not on their way out, by their roles, in the form of an answer. */
async function thereIs(t: Check, run: string): Promise<Answer> {
  const there = (await instances(t, { run })).filter(({ State }) => /pending|running/.test(State?.Name ?? ''));
  const ids = (role: string) => there.filter((one) => tagOf(one, 'role') === role).map(({ InstanceId }) => InstanceId!);
  const coordinators = ids('coordinator');
  return {
    run,
    coordinator: coordinators.length === 1 ? coordinators[0]! : `there are ${coordinators.length}`,
    workers: ids('worker').sort(),
  };
}

/** The answer, its workers in an order that can be compared. */
function sorted({ value }: Invocation): unknown {
  const answer = value as Partial<Answer> | null;
  return Array.isArray(answer?.workers) ? { ...answer, workers: [...answer.workers].sort() } : value;
}

/** Room for so many instances, and no more: each further one is refused. */
async function room(t: Check, count: number): Promise<() => Promise<void>> {
  const faults: string[] = [];
  for (let nth = count + 1; nth <= count + 8; nth++) {
    faults.push(
      await t.faults.add({
        service: 'ec2',
        operation: 'LaunchInstance',
        resource: TYPE,
        nth,
        effect: { kind: 'error', code: 'InsufficientInstanceCapacity', status: 500 },
      }),
    );
  }
  return async () => {
    for (const id of faults) await t.faults.remove(id);
  };
}

check('as-asked', async (t) => {
  const at = await launcher(t);
  const event = await at.event(t.seeded.integer(2, 4), 2);
  await t.faults.add({
    service: 'ec2',
    operation: 'RunInstances',
    effect: { kind: 'latency', ms: LAUNCH * SECOND },
  });
  t.did(`invoked the launcher for ${event.workers} workers; each launch takes ${LAUNCH} seconds`);
  const answer = await at.deployed.invoke(event);
  t.that(answer.duration < PROMPT * SECOND, {
    expected: `it answers within ${PROMPT} seconds`,
    seen: `it takes ${Math.round(answer.duration / SECOND)} s`,
    cause: 'It waits for instances to run. Whoever needs them running can wait for that without a function.',
  });
  t.succeeded(answer);
  await expectInstances(t, at, event, await instances(t));
  t.equal(sorted(answer), await thereIs(t, event.run), {
    what: 'its answer',
    cause: 'It does not name what there is, or there is no coordinator, or more than one.',
  });
});

/** All of them as they were asked for. */
async function expectInstances(t: Check, at: Launcher, event: RunEvent, found: readonly Instance[]): Promise<void> {
  const expiresAt = new Date(Date.parse(event.at) + at.minutes * MINUTE).toISOString();
  const wanted = (role: string) => ({
    ...{ cluster: at.cluster, run: event.run, role, expiresAt, profile: at.profile.name },
    ...{ tokens: 'required', tags: 'enabled', whenItShutsItselfDown: 'terminate' },
  });
  const seen = await Promise.all(
    found.map(async (one) => ({
      cluster: tagOf(one, 'cluster') ?? null,
      run: tagOf(one, 'run') ?? null,
      role: tagOf(one, 'role') ?? null,
      expiresAt: tagOf(one, 'expiresAt') ?? null,
      profile: one.IamInstanceProfile?.Arn?.split('/').at(-1) ?? null,
      tokens: one.MetadataOptions?.HttpTokens,
      tags: one.MetadataOptions?.InstanceMetadataTags,
      whenItShutsItselfDown: (await attribute(t, one, 'instanceInitiatedShutdownBehavior'))
        .InstanceInitiatedShutdownBehavior?.Value,
    })),
  );
  const roles = seen.map(({ role }) => role ?? 'none').sort();
  t.equal(roles, ['coordinator', ...Array.from({ length: event.workers }, () => 'worker')], {
    what: 'the tag ‘role’ of the instances that there are',
    cause: 'There are too many of them or too few, or they do not say what they are.',
    hint: 3,
  });
  for (const one of seen) {
    t.equal(one, wanted(one.role!), {
      what: `tags, profile, metadata and shutdown behavior of a ${one.role}`,
      cause: 'Something was left at its default, or the expiry does not follow from the time in the event.',
      hint: 3,
    });
  }
  for (const one of found) await expectUserData(t, event, one);
}

async function expectUserData(t: Check, { run }: RunEvent, one: Instance): Promise<void> {
  const { UserData } = await attribute(t, one, 'userData');
  const text = Buffer.from(UserData?.Value ?? '', 'base64').toString('utf8');
  const role = tagOf(one, 'role')!;
  t.that(text.startsWith('#!') && text.length <= USER_DATA && text.includes(run) && text.includes(role), {
    expected: `the user data of the ${role} is the script of bootstrap.ts, with its run and its role`,
    seen: text === '' ? 'there is none' : `it begins with ‘${text.slice(0, 80)}’`,
    cause: 'It is base64 of what userData() returns for variablesFor() this run and role.',
    hint: 2,
  });
  const key = /(AKIA|ASIA)[A-Z0-9]{16}|SECRET_ACCESS_KEY|SESSION_TOKEN/.exec(text);
  t.that(key === null, {
    expected: `no key and no secret is in the user data of the ${role}`,
    seen: `it says ‘${text.slice(Math.max(0, (key?.index ?? 0) - 20), (key?.index ?? 0) + 12)}…’`,
    cause: 'Who may look at an instance may read its user data. The profile brings the credentials.',
  });
}

const attribute = (t: Check, { InstanceId }: Instance, Attribute: 'userData' | 'instanceInitiatedShutdownBehavior') =>
  t.client(EC2Client).send(new DescribeInstanceAttributeCommand({ InstanceId: InstanceId!, Attribute }));

check('one-cluster', async (t) => {
  const at = await launcher(t);
  const [workers, least] = [t.seeded.integer(2, 3), 1];
  const event = await at.event(workers, least);
  const other = await at.event(workers, least);
  // Slow enough for both to look before either has launched anything.
  const slow = await t.faults.add({ service: 'ec2', effect: { kind: 'latency', ms: 200 } });
  t.did('delivered an event twice at the same moment');
  const both = await at.deployed.invokeTogether([event, event]);
  for (const one of both) t.succeeded(one);
  // From here on time goes on by little more than a second: nothing boots, unless seconds are real.
  await t.faults.remove(slow);
  const first = await thereIs(t, event.run);
  await expectOne(t, event, both, first);

  const calls = (await t.trace()).filter(({ kind, error }) => kind === 'call' && !error);
  const kept = calls.findIndex(
    (one) => one.operation === 'PutObject' && one.resource?.endsWith(`${event.run}/run.json`),
  );
  const launched = calls.findIndex(({ operation }) => operation === 'RunInstances');
  t.equal(await runJson(t, at, event.run), event, {
    what: `${event.run}/run.json`,
    cause: 'Who is to make up later for what is missing finds there what was wanted.',
    hint: 3,
  });
  t.that(kept >= 0 && kept < launched, {
    expected: 'run.json is written before anything is launched',
    seen: 'the first launch comes before it',
    cause: 'If the launcher dies in between, nobody knows of which run the instances are, and how many were wanted.',
    hint: 3,
  });

  await pass(t, SECOND);
  t.did('delivered it once more, a second later');
  const again = await at.deployed.invoke(event);
  t.succeeded(again, {
    what: 'the launch that is the same once more',
    cause: 'Something in the request is different the second time: EC2 does not take the same token for that.',
    hint: 1,
  });
  await expectOne(t, event, [again], first);

  const fault = { service: 'ec2', operation: 'RunInstances', effect: { kind: 'lost-reply' } } as const;
  await t.faults.add({ ...fault, nth: t.seeded.integer(1, 2) });
  t.did('delivered the event of another run; one answer of EC2 to the launcher got lost');
  const second = await at.deployed.invoke(other);
  t.succeeded(second);
  await expectOne(t, other, [second], await thereIs(t, other.run));
  t.equal((await instances(t, { run: event.run })).length, 1 + workers, {
    what: 'the number of instances of the first run',
    cause: 'What is launched for another run has tags of its own.',
  });
});

/** There is one complete cluster of the run, and all answers name it. */
async function expectOne(t: Check, event: RunEvent, answers: readonly Invocation[], there: Answer): Promise<void> {
  const found = await thereIs(t, event.run);
  t.that(found.workers.length === event.workers && found.coordinator.startsWith('i-'), {
    expected: `there is one coordinator with ${event.workers} workers`,
    seen: `there are ${found.workers.length} workers; coordinator: ${found.coordinator}`,
    cause:
      'The same event has launched instances a second time. Looking first does not help: nothing holds between look and launch.',
    hint: 1,
  });
  t.equal(
    answers.map(sorted),
    answers.map(() => there),
    {
      what: 'the answers',
      cause: 'Each delivery of an event answers with the one cluster that there is.',
      hint: 1,
    },
  );
}

check('three-of-five', async (t) => {
  const at = await launcher(t);
  const least = t.seeded.integer(2, 3);
  const workers = least + t.seeded.integer(2, 3);
  const got = t.seeded.integer(least, workers - 1);
  const event = await at.event(workers, least);
  await room(t, 1 + got);
  t.did(`asked for ${workers} workers, at least ${least}; there is room for the coordinator and ${got}`);
  const answer = await at.deployed.invoke(event);
  t.succeeded(answer, {
    what: 'the launch of a part',
    cause: 'All or none was asked for. EC2 launches what it can, if it is told with how many you can live.',
    hint: 2,
  });
  const there = await thereIs(t, event.run);
  t.equal([there.workers.length, /^i-/.test(there.coordinator)], [got, true], {
    what: 'the number of workers, and whether there is a coordinator',
    cause: 'What there is room for is to be used, and a coordinator has to be among it.',
    hint: 2,
  });
  t.equal(sorted(answer), there, { what: 'its answer', cause: 'It names what there is, not what was wanted.' });
  t.equal(await runJson(t, at, event.run), event, {
    what: `${event.run}/run.json`,
    cause: 'It says what is wanted. Who makes up for the missing ones reads it.',
  });
});

check('all-or-nothing', async (t) => {
  const at = await launcher(t);
  const least = t.seeded.integer(2, 3);
  const workers = least + t.seeded.integer(0, 1);
  const event = await at.event(workers, least);
  const count = t.seeded.integer(2, least);
  const more = await room(t, count);
  t.did(`asked for at least ${least} workers; there is room for ${count} instances with the coordinator`);
  const refused = await at.deployed.invoke(event);
  t.that(refused.error !== undefined, {
    expected: 'the invocation fails, so that somebody tries again',
    seen: `it answers ${JSON.stringify(refused.value)}`,
    cause: 'It goes on with fewer workers than it was told, or keeps the error to itself.',
    hint: 2,
  });
  const left = (await instances(t)).filter(({ State }) => /pending|running/.test(State?.Name ?? ''));
  t.equal(
    left.map((one) => tagOf(one, 'role') ?? null),
    [],
    {
      what: 'roles of what it has left behind',
      cause: 'The one launch went well before the other one failed, and nobody has ended what it brought up.',
      hint: 2,
    },
  );

  await more();
  await t.clock.advance(MINUTE, { wall: MINUTE, until: async () => (await alive(t)).length === 0 });
  t.did('a minute later, with room for all, delivered the event again');
  const answer = await at.deployed.invoke(event);
  t.succeeded(answer, {
    what: 'the launch after one that was rolled back',
    cause: 'EC2 remembers a token whose instances are terminated, and launches nothing for it any more.',
    hint: 2,
  });
  const there = await thereIs(t, event.run);
  t.equal([there.workers.length, /^i-/.test(there.coordinator)], [workers, true], {
    what: 'the number of workers, and whether there is a coordinator',
    cause: 'The second attempt did not bring up the whole cluster.',
    hint: 2,
  });
  t.equal(sorted(answer), there, { what: 'its answer', cause: 'It names instances of the first attempt.' });
});
