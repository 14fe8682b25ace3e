/**
 * Another way: the script writes a fingerprint of code and configuration into the version's description and asks the
 * alias first. Equal fingerprints end the run; anything else is brought up whole, with an ES module in the package.
 */
import { createHash } from 'node:crypto';
import * as Lambda from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';

const lambda = new Lambda.LambdaClient();
const { FUNCTION_NAME, ROLE_ARN, ENTRY, TIMEOUT, MEMORY, VARIABLES } = process.env;
if (!FUNCTION_NAME || !ROLE_ARN || !ENTRY || !TIMEOUT || !MEMORY || !VARIABLES)
  throw new Error('A variable is not set.');
const FunctionName = FUNCTION_NAME;

const { outputFiles } = await build({
  entryPoints: [ENTRY],
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  write: false,
});
const code = outputFiles[0]!.text;
const configuration = {
  Role: ROLE_ARN,
  Runtime: 'nodejs24.x' as const,
  Handler: 'main.handler',
  Timeout: Number(TIMEOUT),
  MemorySize: Number(MEMORY),
  Environment: { Variables: JSON.parse(VARIABLES) as Record<string, string> },
};
const fingerprint = createHash('sha256')
  .update(JSON.stringify([code, configuration]))
  .digest('hex');

const live = await liveVersion();
if (live?.Description === fingerprint) {
  console.log(`live is version ${live.Version} already`);
} else {
  await bringUp();
  const { Version } = await lambda.send(new Lambda.PublishVersionCommand({ FunctionName, Description: fingerprint }));
  const alias = { FunctionName, Name: 'live', FunctionVersion: Version! };
  try {
    await lambda.send(new Lambda.CreateAliasCommand(alias));
  } catch (error) {
    if (!(error instanceof Lambda.ResourceConflictException)) throw error;
    await lambda.send(new Lambda.UpdateAliasCommand(alias));
  }
  console.log(`live is now version ${Version}`);
}

async function liveVersion(): Promise<Lambda.FunctionConfiguration | undefined> {
  try {
    return await lambda.send(new Lambda.GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }));
  } catch (error) {
    if (error instanceof Lambda.ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function bringUp(): Promise<void> {
  const ZipFile = zipSync({ 'main.mjs': strToU8(code) }, { mtime: new Date(2010, 0, 1), level: 9 });
  try {
    await lambda.send(
      new Lambda.CreateFunctionCommand({ FunctionName, ...configuration, Description: fingerprint, Code: { ZipFile } }),
    );
    await ready();
    return;
  } catch (error) {
    if (!(error instanceof Lambda.ResourceConflictException)) throw error;
  }
  await ready();
  await lambda.send(
    new Lambda.UpdateFunctionConfigurationCommand({ FunctionName, ...configuration, Description: fingerprint }),
  );
  await ready();
  await lambda.send(new Lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  await ready();
}

/** Asks until Lambda has finished what it was told. */
async function ready(): Promise<void> {
  for (;;) {
    const { State, LastUpdateStatus, StateReason, LastUpdateStatusReason } = await lambda.send(
      new Lambda.GetFunctionConfigurationCommand({ FunctionName }),
    );
    if (State === 'Failed' || LastUpdateStatus === 'Failed') throw new Error(StateReason ?? LastUpdateStatusReason);
    if (State === 'Active' && LastUpdateStatus === 'Successful') return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
