/** What CONTROLS.md shows is what the controls take: every example of it, one after the other. */
import { readFileSync } from 'node:fs';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cloud, openCloud } from '../cloud.ts';

interface Example {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

const text = readFileSync(new URL('../CONTROLS.md', import.meta.url), 'utf8');
const examples: Example[] = [...text.matchAll(/^curl (?:-X (\w+) )?"\$AWS_ENDPOINT_URL([^"]+)"((?: \\\n|.)*)/gm)].map(
  ([, method = 'GET', path = '', rest = '']) => {
    const body = /-d '([^']*)'/.exec(rest)?.[1];
    return { method, path, ...(body === undefined ? {} : { body }) };
  },
);

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud({ identity: 'open' });
});
afterAll(() => cloud.close());

const send = ({ method, path, body }: Example): Promise<Response> =>
  fetch(cloud.url + path, { method, ...(body === undefined ? {} : { body }) });

test('every control is documented', async () => {
  const { error } = (await (await send({ method: 'GET', path: '/_cloud/none' })).json()) as { error: string };
  const known = [...error.matchAll(/(GET|POST|DELETE) (\/_cloud\/[\w/]+)/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const shown = examples.map(({ method, path }) =>
    `${method} ${path.replace(/\?.*/, '')}`.replace(/faults\/[\w-]+/, 'faults/ID'),
  );
  // A grader's own: it runs a learner's script.
  expect(known.filter((name) => !shown.includes(name) && !/none|scripts/.test(name))).toEqual([]);
});

test.each(examples)('$method $path $body', async (example) => {
  const response = await send(example);
  expect([response.status, await response.json()]).toEqual([200, expect.anything()]);
});

test('a fault is met as described, and a trace has the members that are listed', async () => {
  await send({
    method: 'POST',
    path: '/_cloud/faults',
    body: '{"service": "s3", "operation": "ListBuckets", "nth": 1, "effect": {"kind": "error", "code": "SlowDown", "status": 503}}',
  });
  const credentials = { accessKeyId: '111122223333', secretAccessKey: 'any' };
  const s3 = new S3Client({ endpoint: cloud.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'SlowDown' });
  await s3.send(new ListBucketsCommand({}));
  const entries = (await (
    await send({ method: 'GET', path: '/_cloud/trace?account=111122223333' })
  ).json()) as object[];
  expect(entries).toMatchObject([{ kind: 'call', operation: 'ListBuckets', error: 'SlowDown' }, { kind: 'call' }]);
  const listed = [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names]) =>
    [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
  );
  for (const member of entries.flatMap(Object.keys)) expect(listed).toContain(member);
});
