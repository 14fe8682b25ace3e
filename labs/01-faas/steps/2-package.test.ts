/** Step 1.2: the learner's script is run on accounts in different states, and Lambda is asked what became of them. */
import {
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  GetFunctionConfigurationCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { unzipSync } from 'fflate';
import { type Check, check } from '#kit';
import { endsInFailure } from '../../support/scripts.ts';
import { type Revision, type Settings, site } from './support/site.ts';

const HOUR = 3_600_000;
/** Where an hour cannot be had: longer than the two seconds that a zip's times are exact to. */
const SOME_SECONDS = 3000;

/** Lets an hour go by, or so much of it as can be waited for. Returns what that was, in words. */
const anHour = async (t: Check): Promise<string> =>
  (await t.clock.advance(HOUR, { wall: SOME_SECONDS })) < HOUR ? 'some seconds' : 'an hour';

async function fetched(t: Check, name: string): Promise<GetFunctionCommandOutput> {
  try {
    return await t.aws.lambda.send(new GetFunctionCommand({ FunctionName: name }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    t.that(false, {
      expected: `there is a function ${name}`,
      seen: error.message,
      cause: 'The script ended without an error before the function was made. Did it await every call?',
      hint: 1,
    });
    throw error;
  }
}

check('first-run', async (t) => {
  const { name, settings, deployed, live, answers } = await site(t);
  t.did('ran deploy.ts with ENTRY=revisions/first.ts on an account without functions, then invoked the alias live');
  await deployed('first');
  const version = await live();
  await answers(
    'live',
    'first',
    settings.stage,
    'Another code, or other variables than the given ones, were deployed.',
  );
  const made = await t.aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: version }));
  t.equal(
    { Runtime: made.Runtime, Timeout: made.Timeout, MemorySize: made.MemorySize },
    { Runtime: 'nodejs24.x', Timeout: settings.timeout, MemorySize: settings.memory },
    {
      what: `the configuration of ${name}:live`,
      cause: 'What is not said at CreateFunction has AWS’s default: 3 seconds, 128 MB.',
    },
  );
});

check('package', async (t) => {
  const { name, settings, deployed, answers } = await site(t);
  t.did('ran deploy.ts, then fetched the package from Lambda and unpacked it');
  await deployed('first');
  const { Code, Configuration } = await fetched(t, name);
  t.that(Configuration!.CodeSize! <= 2 * 1024 * 1024, {
    expected: 'a package of at most 2 MB',
    seen: `${(Configuration!.CodeSize! / 1024 / 1024).toFixed(1)} MB`,
    cause: 'Whole folders were packed. The bundle has all the code that is needed in it.',
  });
  const zip = new Uint8Array(await (await fetch(Code!.Location!)).arrayBuffer());
  const files = Object.keys(unzipSync(zip)).filter((path) => !path.endsWith('/'));
  const junk = files.filter((path) => /(^|\/)node_modules\/|\.tsx?$|(^|\/)\.|\.zip$|deploy|lab\.json/.test(path));
  t.that(junk.length === 0, {
    expected: 'only what the function needs when it runs: the bundle',
    seen: `${files.length} files, among them ${junk.slice(0, 4).join(', ')}`,
    cause: 'The folder was packed instead of the bundle.',
  });
  await answers(
    '$LATEST',
    'first',
    settings.stage,
    'The library @cantoo/pdf-lib is not in the package: it was left out of the bundle, or the code was not bundled at all.',
  );
});

check('twice', async (t) => {
  const { settings, deployed, live, versions, answers } = await site(t);
  t.did('ran deploy.ts on an account without functions');
  await deployed('first');
  const version = await live();
  t.did(`let ${await anHour(t)} go by, and ran it again with everything unchanged`);
  await deployed('first');
  t.equal(await versions(), [version], {
    what: 'the published versions',
    cause:
      'The same code gave another zip, so Lambda took it for new: a zip records the time of each file. Or a version is forced at each run.',
    hint: 2,
  });
  t.equal(await live(), version, { what: 'the version that live points at' });
  await answers('live', 'first', settings.stage, 'The second run changed something, though nothing had changed.');
});

check('new-code', async (t) => {
  const { settings, deployed, live, versions, answers } = await site(t);
  t.did('ran deploy.ts with ENTRY=revisions/first.ts on an account without functions');
  await deployed('first');
  const before = await live();
  await anHour(t);
  t.did('then with ENTRY=revisions/second.ts');
  await deployed('second');
  const after = await live();
  t.that(after !== before, {
    expected: `live points at a new version, not at ${before} any more`,
    seen: `live still points at ${after}; there are the versions ${(await versions()).join(', ')}`,
    cause:
      'The code was updated, but no version was published of it, or the alias that exists already was left where it was.',
  });
  t.equal((await versions()).length, 2, {
    what: 'the number of published versions',
    cause: 'One change is one version. A version in between holds a state that nobody wanted.',
  });
  await answers(
    'live',
    'second',
    settings.stage,
    'The version was published before Lambda had taken the new code over.',
  );
  await answers(
    before,
    'first',
    settings.stage,
    'The earlier version is what one goes back to: it must stay as it was.',
  );
});

/** Milliseconds that Lambda takes for an update at times: longer than anybody would guess. */
const SLOW = { from: 20_000, to: 28_000 };

check('configuration', async (t) => {
  const { name, settings, deployed, live, versions, answers } = await site(t);
  t.did('ran deploy.ts on an account without functions');
  await deployed('first');
  const before = await live();
  const { other: _, ...renamed } = { ...settings, stage: t.seeded.name('stage') };
  const longer = { ...renamed, timeout: settings.timeout + 7 };
  const slow = t.seeded.integer(SLOW.from, SLOW.to);
  // Where seconds are real, Lambda takes as long as it takes.
  const slowly = t.pace < 1 ? '' : `, while Lambda took ${Math.ceil(slow / 1000) + 1} s for each update`;
  for (const [revision, wanted, what] of [
    ['first', renamed, 'the same code, but one variable changed and the other left out'],
    ['first', longer, 'the same code, but another time limit'],
    ['second', { ...longer, memory: settings.memory + 128 }, `other code and more memory at once${slowly}`],
  ] as const) {
    const known = await versions();
    if (revision === 'second' && slowly !== '') {
      await t.faults.add({
        service: 'lambda',
        operation: 'FinishUpdate',
        resource: name,
        effect: { kind: 'latency', ms: slow },
      });
    }
    t.did(`ran it again with ${what}`);
    await deployed(revision, wanted);
    const now = await live();
    const cause =
      'A version takes the code and the configuration as they are when it is published. The configuration was not updated, or only for some of its settings, or after publishing; or old variables were kept beside the new ones.';
    t.equal(await configurationOf(t, name, now), asConfigured(wanted), {
      what: `the configuration of ${name}:live`,
      cause,
    });
    t.equal(await configurationOf(t, name, before), asConfigured(settings), {
      what: `the configuration of the earlier version ${before}`,
    });
    t.equal(
      (await versions()).filter((version) => !known.includes(version)),
      [now],
      {
        what: 'the versions that this run published',
        cause: 'One change is one version: first all updates, then one PublishVersion.',
      },
    );
    await answers('live', revision, wanted.stage, cause);
  }
});

/** What deploy.ts is told of the configuration, as a version has it. */
async function configurationOf(t: Check, name: string, version: string) {
  const { Timeout, MemorySize, Environment } = await t.aws.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: version }),
  );
  const { STAGE, OTHER } = Environment?.Variables ?? {};
  return { Timeout, MemorySize, STAGE, OTHER };
}

const asConfigured = ({ timeout, memory, stage, other }: Settings) => ({
  Timeout: timeout,
  MemorySize: memory,
  STAGE: stage,
  OTHER: other,
});

check('resumes', async (t) => {
  const { settings, run, deployed, live, versions, answers } = await site(t);
  const breakOff = async (operation: string, revision: Revision) => {
    t.did(`refused ${operation} while deploy.ts deployed revisions/${revision}.ts`);
    const fault = await t.faults.add({
      service: 'lambda',
      operation,
      effect: { kind: 'error', code: 'AccessDeniedException', status: 403, message: 'Refused by the grader.' },
    });
    const broken = await run(revision);
    await t.faults.remove(fault);
    // There are ways to the end without this call: those have nothing to complain about.
    const refused = (await t.trace()).some((entry) => entry.fault === fault);
    if (!refused) return;
    endsInFailure(t, 'deploy.ts', broken, ` when ${operation} is refused`, {
      cause: 'The error was swallowed: caught and printed, perhaps, or the call was not awaited.',
    });
  };

  await breakOff('PublishVersion', 'first');
  await breakOff('CreateAlias', 'first');
  t.did('then let a third run through');
  await deployed('first');
  const before = await live();
  await answers('live', 'first', settings.stage, 'What the broken-off runs left undone was not made up for.');

  await breakOff('PublishVersion', 'second');
  await breakOff('UpdateAlias', 'second');
  t.did('then let a third run with the new code through');
  await deployed('second');
  t.that((await live()) !== before, {
    expected: 'live points at a version with the new code',
    seen: `live still points at ${before}`,
    cause:
      'The script saw that the code of the function is the wanted one, and stopped there. But $LATEST is not what live points at.',
    hint: 2,
  });
  await answers('live', 'second', settings.stage, 'What the broken-off runs left undone was not made up for.');
  t.equal((await versions()).length, 2, {
    what: 'the number of published versions',
    cause: 'A run that only makes up for an earlier one has nothing new to publish.',
  });
});
