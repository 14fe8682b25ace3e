/** Which runtimes AWS takes, which of them this cloud runs, and what runs them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../../contract.ts';
import { invalidParameter } from './errors.ts';

const BUILT = /^(nodejs(20|22|24)\.x|python3\.([89]|1[0-4]))$/;

/**
 * What AWS takes for new functions, in its own order (recorded in January 2026: test_create_lambda_exceptions). Of these,
 * python3.8 and python3.9 are deprecated, and may be used until February 2027:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtime-support-policy
 */
const TAKEN =
  'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2';

/** What AWS once took: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated */
const FORMER =
  /^(nodejs|nodejs(4\.3|4\.3-edge|6\.10|8\.10|1[024]\.x)|python(2\.7|3\.[67])|ruby2\.[57]|java8|go1\.x|dotnetcore([12]\.[01]|3\.1)|dotnet5\.0|provided)$/;

/** Throws `InvalidParameterValueException`; `NotImplemented` for what AWS would run. */
export function checkRuntime(runtime: string): void {
  if (BUILT.test(runtime)) return;
  if (FORMER.test(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  if (TAKEN.split(', ').includes(runtime)) {
    throw new AwsError(
      'NotImplemented',
      `The runtime ${runtime} is not built in this cloud. It runs nodejs20.x, 22.x and 24.x, and python3.8 to 3.14.`,
      501,
    );
  }
  throw invalidParameter(
    `Value ${runtime || '(none)'} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${TAKEN}] or be a valid ARN`,
  );
}

/** What runs a function: `folder` is that of the runtime client, `path` the PATH that it finds programs by. */
export function commandFor(runtime: string, folder: string, path: string): readonly string[] | { missing: string } {
  if (!runtime.startsWith('python')) return ['node', join(folder, 'bootstrap.mjs')];
  const python = path
    .split(':')
    .map((place) => join(place, 'python3'))
    .find((file) => existsSync(file));
  if (python) return [python, '-u', '-X', 'utf8', join(folder, 'bootstrap.py')];
  return {
    missing: `This machine has no python3, by which functions of ${runtime} are run (looked for in ${path}). Debian and Ubuntu: sudo apt-get install python3. macOS: xcode-select --install. Then invoke it again.`,
  };
}
