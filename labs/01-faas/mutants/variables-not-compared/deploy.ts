import { createHash } from 'node:crypto';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  ResourceNotFoundException,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { zipSync } from 'fflate';

const lambda = new LambdaClient();
const name = setting('FUNCTION_NAME');
const wanted = {
  Role: setting('ROLE_ARN'),
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Timeout: Number(setting('TIMEOUT')),
  MemorySize: Number(setting('MEMORY')),
  Environment: { Variables: JSON.parse(setting('VARIABLES')) as Record<string, string> },
} as const;

const zip = await pack(setting('ENTRY'));
const sha256 = createHash('sha256').update(zip).digest('base64');

// #region converge
// Each step looks at what is there and brings it to what is wanted. So it does not matter whether an earlier run
// finished, broke off half-way or never was.
const existing = await absentIfNotFound(lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })));
if (existing) await update(existing);
else await lambda.send(new CreateFunctionCommand({ FunctionName: name, ...wanted, Code: { ZipFile: zip } }));
await settled(waitUntilFunctionActiveV2);

// Lambda makes no new version when neither code nor configuration has changed since the last one.
const { Version: version } = await lambda.send(new PublishVersionCommand({ FunctionName: name, CodeSha256: sha256 }));
await point('live', version!);
// #endregion converge
console.log(`${name}: live is version ${version}`);

// #region pack
/** One file with everything in it, zipped so that the same code gives the same bytes. */
async function pack(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    // The runtime brings the SDK along.
    external: ['@aws-sdk/*'],
    write: false,
  });
  // A zip records the time of each file. With the time of the build in it, every build would look like new code.
  return zipSync({ 'index.js': [outputFiles[0]!.contents, { mtime: '2000-01-01T00:00:00' }] });
}
// #endregion pack

async function update(existing: FunctionConfiguration): Promise<void> {
  // An earlier run may have broken off while Lambda was still at work.
  await settled(waitUntilFunctionActiveV2);
  await settled(waitUntilFunctionUpdatedV2);
  if (existing.CodeSha256 !== sha256) {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip }));
    await settled(waitUntilFunctionUpdatedV2);
  }
  if (differs(existing)) {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, ...wanted }));
    await settled(waitUntilFunctionUpdatedV2);
  }
}

function differs(existing: FunctionConfiguration): boolean {
  return (
    existing.Role !== wanted.Role ||
    existing.Handler !== wanted.Handler ||
    existing.Runtime !== wanted.Runtime ||
    existing.Timeout !== wanted.Timeout ||
    existing.MemorySize !== wanted.MemorySize
  );
}

async function point(alias: string, version: string): Promise<void> {
  const target = { FunctionName: name, Name: alias, FunctionVersion: version };
  const existing = await absentIfNotFound(lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias })));
  if (!existing) await lambda.send(new CreateAliasCommand(target));
  else if (existing.FunctionVersion !== version) await lambda.send(new UpdateAliasCommand(target));
}

async function settled(wait: typeof waitUntilFunctionUpdatedV2): Promise<void> {
  await wait({ client: lambda, maxWaitTime: 120, minDelay: 1, maxDelay: 5 }, { FunctionName: name });
}

/** The answer, or undefined when AWS says that there is no such thing. Every other error is the caller's. */
async function absentIfNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`Set ${variable}: deploy.ts is told everything by its environment.`);
  return value;
}
