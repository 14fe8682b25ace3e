/** A function that deploy.ts is to deploy: its name and role, and the ways to run the script and to look at what it made. */
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  ListVersionsByFunctionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Check, ScriptRun } from '../../../../workbook/kit/contract.ts';
import { plain } from '../../../support/documents.ts';
import { endsWell } from '../../../support/scripts.ts';

export type Revision = 'first' | 'second';

export interface Settings {
  readonly timeout: number;
  readonly memory: number;
  readonly stage: string;
  /** The value of a second variable, which need not be there. */
  readonly other?: string;
}

export async function site(t: Check) {
  const name = t.seeded.name('counter');
  const { Role } = await t.aws.iam.send(
    new CreateRoleCommand({
      RoleName: `${name}-role`,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      }),
    }),
  );
  const settings = draw(t);
  const run = (revision: Revision, { timeout, memory, stage, other }: Settings = settings): Promise<ScriptRun> =>
    t.run('deploy.ts', {
      environment: {
        FUNCTION_NAME: name,
        ROLE_ARN: Role!.Arn!,
        ENTRY: `revisions/${revision}.ts`,
        TIMEOUT: String(timeout),
        MEMORY: String(memory),
        VARIABLES: JSON.stringify({ STAGE: stage, OTHER: other }),
      },
    });

  return {
    name,
    settings,
    run,
    async deployed(revision: Revision, wanted?: Settings): Promise<void> {
      const ended = await run(revision, wanted);
      endsWell(t, 'deploy.ts', ended, {
        cause:
          ended.error?.type === 'ResourceConflictException'
            ? 'Either something is created that exists already, or Lambda was still at work on the update before. It is done when LastUpdateStatus says so, and not after so many seconds.'
            : undefined,
      });
      // Whoever looks at once may find Lambda still at work. That is the script's affair only where it goes on itself.
      await t.clock.advance(10_000, { wall: 10_000, until: () => isSettled(t, name) });
    },
    /** The version that `live` points at. */
    async live(): Promise<string> {
      try {
        const { FunctionVersion } = await t.aws.lambda.send(new GetAliasCommand({ FunctionName: name, Name: 'live' }));
        t.that(/^\d+$/.test(FunctionVersion ?? ''), {
          expected: 'the alias ‘live’ points at a published version: a number',
          seen: `it points at ${FunctionVersion}`,
          cause: '$LATEST is what the next update changes. A version is what PublishVersion makes, and never changes.',
        });
        return FunctionVersion!;
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        t.that(false, {
          expected: `the function ${name} has an alias ‘live’`,
          seen: error.message,
          cause: 'The script ended without an error before the alias was made. Did it await every call?',
          hint: 1,
        });
        throw error;
      }
    },
    async versions(): Promise<string[]> {
      const { Versions = [] } = await t.aws.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: name }));
      return Versions.map(({ Version }) => Version!).filter((version) => version !== '$LATEST');
    },
    /** Invokes a version or alias with a document and expects the answer of this revision. */
    async answers(qualifier: string, revision: Revision, stage: string, cause: string): Promise<void> {
      const pages = t.seeded.integer(3, 17);
      const pdf = Buffer.from(plain(pages)).toString('base64');
      const invocation = await t.functionNamed(name, qualifier).invoke({ pdf });
      t.succeeded(invocation, {
        what: `invoking ${name}:${qualifier}`,
        cause: 'The package lacks something that the code imports, or Handler names another file or export.',
      });
      const answer = { revision, stage, pages };
      t.equal(invocation.value, revision === 'first' ? answer : { ...answer, sheets: Math.ceil(pages / 2) }, {
        what: `the answer of ${name}:${qualifier}`,
        cause,
      });
    },
  };
}

/** Lambda is done with the last change of a function, or there is none. */
async function isSettled(t: Check, name: string): Promise<boolean> {
  try {
    const { State, LastUpdateStatus } = await t.aws.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    );
    return State !== 'Pending' && LastUpdateStatus !== 'InProgress';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return true;
    throw error;
  }
}

function draw(t: Check): Settings {
  return {
    timeout: t.seeded.integer(5, 25),
    memory: t.seeded.pick([256, 384, 512, 640]),
    stage: t.seeded.name('stage'),
    other: t.seeded.name('other'),
  };
}
