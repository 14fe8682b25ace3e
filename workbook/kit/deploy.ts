/** Deploys a file of the answer as a Lambda function, as a learner would: role, package, function. */
import { readFile } from 'node:fs/promises';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { placeOf } from './answer.ts';
import { type Bundle, bundle, FROM_RUNTIME } from './bundle.ts';
import type { Deployed, DeployOptions } from './contract.ts';
import { deployed } from './deployed.ts';
import { CheckFailure } from './failure.ts';
import { type Library, libraries, packageOf } from './packages.ts';
import type { Session } from './session.ts';
import { clockOf } from './time.ts';

const LOGS = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' } as const;

/** Throws `CheckFailure` when the file cannot be bundled or does not export the handler. */
export async function deploy(session: Session, file: string, options: DeployOptions = {}): Promise<Deployed> {
  const { aws, answer, run } = session;
  const handler = options.export ?? 'handler';
  const there = await libraries(run.lab.packages);
  const beside = there.map(({ name }) => name);
  const bundled = await bundle(answer, file, { external: FROM_RUNTIME, packages: [], beside });
  const { exports } = bundled;
  if (!exports.includes(handler)) {
    throw new CheckFailure({
      fault: 'code',
      build: true,
      expected: `${file} exports the function ‘${handler}’`,
      seen: exports.length > 0 ? `it exports ${exports.join(', ')}` : 'it exports nothing',
      cause: `${(await isCommonJs(session, file)) ? '`exports` and `module.exports` are CommonJS. This file is bundled as an ES module, whose exports nobody finds there.' : 'Lambda looks the handler up by its name.'} Write \`export async function ${handler}(event, context) { … }\`.`,
    });
  }
  const name = session.seeded.name(file.replace(/\.\w+$/, '').replaceAll('/', '-'));
  const { Role } = await aws.iam.send(
    new CreateRoleCommand({
      RoleName: `${name}-role`,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      }),
    }),
  );
  await aws.iam.send(
    new PutRolePolicyCommand({
      RoleName: `${name}-role`,
      PolicyName: 'function',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [...(options.policy ?? []), LOGS] }),
    }),
  );
  await aws.lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role!.Arn!,
      Runtime: 'nodejs24.x',
      Handler: `index.${handler}`,
      Timeout: options.timeout ?? 30,
      MemorySize: options.memory ?? 512,
      Environment: { Variables: { ...options.environment } },
      Code: { ZipFile: await zipOf(bundled, there) },
    }),
  );
  await untilActive(session, name);
  return deployed(session, name, undefined, Role!.Arn!);
}

/** Does it export as Node's older modules do? */
async function isCommonJs({ answer }: Session, file: string): Promise<boolean> {
  return /^\s*(module\.)?exports\b[^=\n]*=/m.test(await readFile(placeOf(answer, file), 'utf8'));
}

const zips = new WeakMap<Bundle, Promise<Uint8Array>>();

/** The deployment package; equal bundles are zipped once. Not compressed: it goes no further than to the next process. */
function zipOf(bundled: Bundle, there: readonly Library[]): Promise<Uint8Array> {
  const made = zips.get(bundled) ?? makeZip(bundled, there);
  zips.set(bundled, made);
  return made;
}

async function makeZip({ code, beside }: Bundle, there: readonly Library[]): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = { 'index.mjs': code };
  for (const library of there.filter(({ name }) => beside.includes(name))) {
    const { code: text, manifest } = await packageOf(library);
    files[`node_modules/${library.name}/index.mjs`] = strToU8(text);
    files[`node_modules/${library.name}/package.json`] = strToU8(manifest);
  }
  return zipSync(files, { level: 0 });
}

async function untilActive(session: Session, name: string): Promise<void> {
  for (;;) {
    const { State, StateReason } = await session.aws.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    );
    if (State === 'Active') return;
    if (State === 'Failed') throw new Error(`The engine cannot run the function ${name}: ${StateReason}`);
    await clockOf(session).advance(500, { wall: 100 });
  }
}
