/**
 * Step 1.2: the deployment package
 *
 * Write the script that puts a function on Lambda. It is run again and again: on an empty account, after every change,
 * after a run that broke off. Whatever it finds, it ends with the alias `live` on a published version that has
 * the wanted code and the wanted configuration.
 *
 * It is told everything by environment variables (AWS region, endpoint and credentials too; the SDK reads those):
 *
 *   FUNCTION_NAME  the function's name
 *   ROLE_ARN       the role that it runs as; it exists already
 *   ENTRY          path of the TypeScript file that exports `handler` (`revisions/first.ts` and `second.ts` are two)
 *   TIMEOUT        seconds
 *   MEMORY         MB
 *   VARIABLES      the function's environment variables, as a JSON object: these, and none of earlier runs
 *
 * What is asked of it:
 *
 *   - The package is a zip with the bundled code: everything that ENTRY imports is in it, and nothing else.
 *     At most 2 MB zipped, no TypeScript, no node_modules. Runtime: nodejs24.x.
 *   - Each change of code or configuration ends in a new version, and `live` moves to it. Versions do not change
 *     afterwards: the earlier ones can still be invoked and answer as before.
 *   - With nothing changed, a second run changes nothing: no new version, also an hour later.
 *   - A run that broke off at any call is completed by the next run.
 *   - Lambda works on an update for a while after it has answered, a second or half a minute; until then, other
 *     changes are refused with ResourceConflictException.
 *   - When a call fails for good, the script ends with an exit code that is not 0.
 */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { zipSync } from 'fflate';

const lambda = new LambdaClient();

/** Bundles `entry` into one JavaScript file. */
async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    write: false,
  });
  return outputFiles[0]!.contents;
}

const code = await bundle(setting('ENTRY'));
const zip = zipSync({ 'index.js': code });

// Your part: create or update the function, publish a version, point the alias `live` at it.
console.log(`${setting('FUNCTION_NAME')}: ${zip.length} bytes to deploy in ${await lambda.config.region()}`);

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
