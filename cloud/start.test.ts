/** What a cloud loads when it starts: whoever uses S3 and SQS alone does not wait for the other services. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, expect, test } from 'vitest';
import { type Cloud, openCloud } from './cloud.ts';

let cloud: Cloud | undefined;

afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

/** Files and packages that are loaded with a file, before any of it runs: all that it imports, but for `import('…')`. */
async function loadedWith(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outdir: 'unwritten',
  });
  const found = new Set([entry]);
  for (const path of found) {
    for (const { path: next, kind } of metafile.inputs[path]?.imports ?? []) {
      if (kind !== 'dynamic-import') found.add(next);
    }
  }
  return [...found].sort();
}

test('of services that nobody has called it loads what others need of them, and no sandbox', async () => {
  const loaded = await loadedWith('cloud/main.ts');
  const of = (folder: string) => loaded.filter((path) => path.startsWith(folder));
  const services = of('cloud/services/').filter((path) => !/^cloud\/services\/(s3|sqs)\//.test(path));
  const room = (name: string, ...files: string[]) => files.map((file) => `cloud/services/${name}/${file}.ts`);
  expect(services).toEqual([
    // SQS measures from the start.
    ...room('cloudwatch', 'aggregate', 'index', 'metrics', 'pulse', 'run', 'series'),
    ...room('dynamodb', 'index'),
    ...room('ec2', 'index'),
    ...room('events', 'index'),
    ...room('iam', 'index'),
    ...room('lambda', 'index', 'url/address'),
    ...room('logs', 'event-list', 'index', 'store'),
    ...room('scheduler', 'index'),
    ...room('sns', 'index'),
    ...room('sts', 'index'),
  ]);
  expect(of('cloud/sandbox/')).toEqual(['cloud/sandbox/contract.ts']);
  expect(of('cloud/control/')).toEqual(['cloud/control/late.ts']);
  // Packages are `require`d (sdk.ts says why), or are not needed.
  expect(loaded.filter((path) => !path.startsWith('cloud/') && !path.startsWith('node:'))).toEqual([]);
});

test('a function URL that is none is answered as such by a cloud whose Lambda nobody has called', async () => {
  cloud = await openCloud({ identity: 'open' });
  const answer = await fetch(`${cloud.url}/_url/abcdefghijklmnopqrstuvwxyz012345/`);
  expect([answer.status, await answer.json()]).toEqual([403, { Message: null }]);
});

test('what nobody has used can be forgotten, and closed', async () => {
  cloud = await openCloud({ identity: 'open' });
  await cloud.reset();
  await cloud.reset('111122223333');
  expect(cloud.lambda.environments()).toEqual([]);
  expect(cloud.ec2.instances()).toEqual([]);
});
