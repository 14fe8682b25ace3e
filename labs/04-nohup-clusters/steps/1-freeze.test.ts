/** Step 4.1: a job that is longer than a function may run, once where it lives on, and once where it was left behind. */
import { type Check, check } from '#kit';
import { BOOT, consoleOf, IMAGE, instances, profile, TYPE, untilAll } from './support/cluster.ts';

const SECOND = 1000;
/** Seconds of the function, which are far fewer than the job's. */
const LIMIT = 60;
/** Virtual seconds in which it has to answer. */
const PROMPT = 10;
/** Seconds from the job's last line to the end of its instance, boot and all. */
const SLACK = 60;

/** A job of shell: lines with a mark, a number and the time, a last one that no template may have touched, and a status that is not 0. */
function jobOf(t: Check) {
  const mark = t.seeded.name('line');
  const [lines, seconds] = [t.seeded.integer(16, 20), t.seeded.integer(60, 90)];
  const last = `${mark} "$HOME" \`date\` \\t it's ${t.seeded.integer(100, 999)}%`;
  const text = [
    '#!/bin/sh',
    `for line in $(seq ${lines}); do`,
    `  echo ${mark} $line $(date +%s)`,
    `  sleep ${seconds}`,
    'done',
    "cat <<'END'",
    last,
    'END',
    `exit ${t.seeded.integer(1, 100)}`,
    '',
  ];
  return { text: text.join('\n'), mark, lines, seconds, last };
}

check('outlives', async (t) => {
  const job = jobOf(t);
  const role = await profile(t, 'job', []);
  const outlive = await t.deploy('outlive.ts', {
    timeout: LIMIT,
    environment: { IMAGE, TYPE, PROFILE: role.name },
    policy: [{ Effect: 'Allow', Action: ['ec2:RunInstances', 'ec2:CreateTags', 'iam:PassRole'], Resource: '*' }],
  });
  const run = t.seeded.name('run');
  t.did(
    `invoked the function with a job that prints ${job.lines} lines, one every ${job.seconds} seconds, and ends with a status that is not 0`,
  );
  const answer = await outlive.invoke({ run, job: job.text });
  t.succeeded(answer, { what: 'starting the job', cause: 'It waits for the job, which takes longer than it may run.' });
  t.that(answer.duration < PROMPT * SECOND, {
    expected: `the function answers within ${PROMPT} seconds`,
    seen: `it takes ${Math.round(answer.duration / SECOND)} s`,
    cause: 'It waits for something that comes without it, and pays for the time.',
    hint: 2,
  });
  const [instance] = await instances(t);
  t.equal(
    answer.value,
    { run, instance: instance?.InstanceId ?? 'EC2 shows none' },
    {
      what: 'its answer, with the instance that EC2 shows now',
      cause:
        'The job has no machine of its own. In the function’s sandbox everything stops when the handler has returned.',
      hint: 1,
    },
  );
  const id = instance!.InstanceId!;
  t.equal(
    [instance!.ImageId, instance!.InstanceType, instance!.IamInstanceProfile?.Arn?.split('/').at(-1)],
    [IMAGE, TYPE, role.name],
    { what: 'the image, the type and the profile of the instance', cause: 'They are told by the environment.' },
  );

  const whole = job.lines * job.seconds;
  t.did(`let ${whole} seconds pass, and ${SLACK} more at most`);
  await t.clock.advance(whole * SECOND + BOOT);
  const [state] = await untilAll(t, [id], 'terminated', SLACK, 10);
  expectLines(t, job, await consoleOf(t, id));
  t.equal(state, 'terminated', {
    what: 'the state of the instance, after its job has ended',
    cause:
      state === 'stopped'
        ? 'An instance that shuts itself down is stopped, unless its launch says otherwise. It can be started again, and its disk is paid for.'
        : 'A script that has ended does not end its machine, and nobody else does. A job may also end with a status that is not 0.',
    hint: 2,
  });
});

function expectLines(t: Check, { mark, lines, seconds, last }: ReturnType<typeof jobOf>, console: string[]): void {
  const printed = console.filter((line) => line.startsWith(mark));
  t.equal(
    printed.map((line) => (line === last ? line : line.replace(/ \d+$/, ''))),
    [...Array.from({ length: lines }, (_, index) => `${mark} ${index + 1}`), last],
    {
      what: 'what the job has printed, without the times, in the console output of its instance',
      cause:
        printed.length > lines
          ? 'The job did not arrive as it was sent: some shell or template has read it on its way.'
          : 'The job did not run to its end, or its output went somewhere else than that of the user data.',
      hint: 2,
    },
  );
  const times = printed.slice(0, lines).map((line) => Number(line.split(' ').at(-1)));
  const late = times.findIndex((time, index) => Math.abs(time - times[0]! - index * seconds) > 5);
  t.that(late < 0, {
    expected: `the lines come ${seconds} seconds apart`,
    seen: `line ${late + 1} comes ${(times[late] ?? 0) - times[0]!} s after the first`,
    cause: 'Something stopped the job on its way, or started it again.',
  });
}

/** Of the form: a job that prints a line every three seconds, begun by a handler that stays for four, and for seven the next time. */
const EVERY = 3;
const LATER = 600;
const STAYS = 7;
const LINES = 200;

check('observed', async (t) => {
  const form = await formOf(t);
  const recipe = await t.deploy('recipe.ts', { timeout: LIMIT });
  const lines = (value: unknown): number => (value as { lines: number }).lines;
  const begun = await recipe.invoke({
    job: `#!/bin/sh\nfor line in $(seq ${LINES}); do echo $line; sleep ${EVERY}; done\n`,
  });
  await t.clock.advance(LATER * SECOND);
  const thawed = await recipe.invoke({ seconds: STAYS });
  const two = await recipe.invokeTogether([{ seconds: 0 }, { seconds: 0 }]);
  const other = two.find(({ environment }) => environment !== begun.environment)!;
  for (const one of [begun, thawed, ...two]) t.succeeded(one);
  t.did(
    `invoked recipe.ts, which says ${lines(begun.value)} lines; let ${LATER} seconds pass, and invoked it again for ${STAYS}: ${lines(thawed.value)} lines; another environment says ${lines(other.value)}`,
  );
  const job = form.aJobThatPrints200LinesOneEvery3SecondsStartedByAHandlerThatReturnsAfter4;
  const { nohup } = form;
  const expectSaid = (
    said: Form[string] | undefined,
    field: string,
    right: (value: unknown) => boolean,
    cause: string,
  ) =>
    t.that(right(said?.[field]), {
      expected: `freeze.json says under ${field} what happens`,
      seen: JSON.stringify(said?.[field] ?? null),
      cause,
      hint: 2,
    });
  expectSaid(
    job,
    'linesAsTheNextInvocationSeesThemTenMinutesLaterAfterItHasStayedFor7Seconds',
    (value) => value === lines(thawed.value),
    'The sandbox was awake for four seconds and for seven, and asleep in between. What became due while it slept comes once, when it wakes.',
  );
  expectSaid(
    job,
    'linesInAnotherEnvironmentOfTheSameFunction',
    (value) => value === lines(other.value),
    'Each environment has processes and a /tmp of its own.',
  );
  const missed = lines(thawed.value) < LATER / EVERY;
  expectSaid(
    job,
    'itGoesOnWhileNoInvocationRuns',
    (value) => value === !missed,
    `In ${LATER} seconds a job that goes on prints ${LATER / EVERY} lines.`,
  );
  expectSaid(
    job,
    'itGoesOnInTheNextInvocation',
    (value) => value === lines(thawed.value) > lines(begun.value),
    'Compare what the two invocations answered. A process that stands still is not gone.',
  );
  expectSaid(
    nohup,
    'theOneSignalThatItIgnores',
    (value) => typeof value === 'string' && /^(SIG)?HUP$/i.test(value.trim()),
    'It is the signal of a terminal that hangs up; `man nohup` names it.',
  );
  expectSaid(
    nohup,
    'filesThatItMakesWhenStandardOutputIsNoTerminal',
    (value) => value === 0,
    'It redirects output only where it would go to a terminal. A function has none, and neither has user data.',
  );
});

type Form = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

async function formOf(t: Check): Promise<Form> {
  const text = await t.read('freeze.json');
  try {
    return (JSON.parse(text) as Form | null) ?? {};
  } catch (error) {
    t.that(false, {
      expected: 'freeze.json is JSON',
      seen: error instanceof Error ? error.message : String(error),
      cause: 'A comma, a bracket or a quotation mark is missing, or one too many.',
    });
    throw error;
  }
}
