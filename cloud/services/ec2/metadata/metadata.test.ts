/** The metadata service, asked as programs of an instance ask it. */
import { request } from 'node:http';
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { available } from '../../../sandbox/available.ts';
import { type Ec2Bench, openEc2Bench } from '../testing.ts';

const linux = process.platform === 'linux';
let bench: Ec2Bench;
afterEach(async () => {
  expect(bench.cloud.internalErrors).toEqual([]);
  await bench.close();
});

interface Got {
  readonly status: number;
  readonly body: string;
}

const ask = (port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    })
      .on('error', reject)
      .end();
  });

/** The port, as the instance itself is told it. */
async function portOf(id: string): Promise<number> {
  return Number(/127\.0\.0\.1:(\d+)/.exec(await bench.console(id))![1]);
}

const TELL = '#!/bin/sh\necho "$AWS_EC2_METADATA_SERVICE_ENDPOINT"';

describe.skipIf(!linux)('the metadata service', () => {
  beforeEach(async () => {
    bench = await openEc2Bench();
  });

  const token = async (port: number, seconds = 21_600): Promise<Record<string, string>> => {
    const { body } = await ask(
      port,
      '/latest/api/token',
      { 'x-aws-ec2-metadata-token-ttl-seconds': String(seconds) },
      'PUT',
    );
    return { 'x-aws-ec2-metadata-token': body };
  };

  test('gives tokens, and nothing without one that holds', async () => {
    const port = await portOf(await bench.launch(TELL));
    const ttl = 'x-aws-ec2-metadata-token-ttl-seconds';
    for (const [headers, status] of [
      [{}, 400],
      [{ [ttl]: '0' }, 400],
      [{ [ttl]: '21601' }, 400],
      [{ [ttl]: '60', 'x-forwarded-for': '10.0.0.1' }, 403],
    ] as const) {
      expect((await ask(port, '/latest/api/token', headers, 'PUT')).status).toBe(status);
    }
    expect((await ask(port, '/latest/meta-data/instance-id')).status).toBe(401);
    expect((await ask(port, '/latest/meta-data/', { 'x-aws-ec2-metadata-token': 'x' })).status).toBe(401);
    expect((await ask(port, '/latest/meta-data/', {}, 'POST')).status).toBe(405);
    const held = await token(port, 60);
    expect((await ask(port, '/latest/meta-data/ami-id', held)).status).toBe(200);
    await bench.pass(59);
    expect((await ask(port, '/latest/meta-data/ami-id', held)).status).toBe(200);
    await bench.pass(1);
    expect((await ask(port, '/latest/meta-data/ami-id', held)).status).toBe(401);
  });

  test('leaves a connection open for as long as its client wants: no real seconds count', async () => {
    const port = await portOf(await bench.launch(TELL));
    const { headers } = await fetch(`http://127.0.0.1:${port}/latest/meta-data/`);
    expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', null]);
  });

  test('tells an instance about itself', async () => {
    const id = await bench.launch(TELL, {
      MetadataOptions: { InstanceMetadataTags: 'enabled' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'role', Value: 'worker' }] }],
      Placement: { AvailabilityZone: 'us-east-1c' },
    });
    const port = await portOf(id);
    const headers = await token(port);
    const get = async (path: string) => (await ask(port, `/latest/${path}`, headers)).body;
    await bench.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'run', Value: '7' }] }));
    expect(await get('meta-data/instance-id')).toBe(id);
    expect(await get('meta-data/instance-type')).toBe('t3.micro');
    expect(await get('meta-data/placement/availability-zone')).toBe('us-east-1c');
    expect(await get('meta-data/placement/')).toBe('availability-zone\nregion');
    expect(await get('meta-data/tags/instance')).toBe('role\nrun');
    expect(await get('meta-data/tags/instance/run')).toBe('7');
    expect(await get('user-data')).toBe(TELL);
    expect(JSON.parse(await get('dynamic/instance-identity/document'))).toMatchObject({
      accountId: bench.accountId,
      instanceId: id,
      region: 'us-east-1',
      architecture: 'x86_64',
    });
    for (const path of [
      'meta-data/spot/instance-action',
      'meta-data/spot/termination-time',
      'meta-data/iam/info',
      'meta-data/%zz',
      'meta-data/__proto__',
      'nothing',
    ]) {
      expect((await ask(port, `/latest/${path}`, headers)).status).toBe(404);
    }
  });

  test('keeps to what the launch has said of it', async () => {
    const optional = await portOf(await bench.launch(TELL, { MetadataOptions: { HttpTokens: 'optional' } }));
    expect((await ask(optional, '/latest/meta-data/ami-launch-index')).body).toBe('0');
    const headers = await token(optional);
    expect((await ask(optional, '/latest/meta-data/tags/instance', headers)).status).toBe(404);
    const disabled = await portOf(await bench.launch(TELL, { MetadataOptions: { HttpEndpoint: 'disabled' } }));
    expect((await ask(disabled, '/latest/meta-data/')).status).toBe(403);
  });

  test('has credentials of the role with more than five minutes left, whenever they are asked for', async () => {
    await bench.profile('worker', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
    const port = await portOf(await bench.launch(TELL, { IamInstanceProfile: { Name: 'worker' } }));
    const read = async () => {
      const { body } = await ask(port, '/latest/meta-data/iam/security-credentials/worker', await token(port));
      return JSON.parse(body) as { Code: string; AccessKeyId: string; Expiration: string };
    };
    expect((await ask(port, '/latest/meta-data/iam/security-credentials/', await token(port))).body).toBe('worker');
    const keys = new Set<string>();
    for (let hour = 0; hour < 26; hour++) {
      const { Code, AccessKeyId, Expiration } = await read();
      expect(Code).toBe('Success');
      expect(Date.parse(Expiration) - bench.cloud.clock.now()).toBeGreaterThan(5 * 60_000);
      keys.add(AccessKeyId);
      await bench.pass(3600);
    }
    expect(keys.size).toBeGreaterThan(4);
    await bench.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'worker',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        }),
      }),
    );
    expect((await read()).Code).toBe('AssumeRoleUnauthorizedAccess');
  });
});

describe.skipIf(!linux).each(available)('the SDK on an instance in the sandbox %s', (sandbox) => {
  test('finds its role by itself, and fresh credentials when the old ones run out', async () => {
    bench = await openEc2Bench({ sandbox });
    await bench.profile('worker');
    const id = await bench.launch(
      `#!/bin/bash
      cat > work.mjs <<'END'
      import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
      const sts = new STSClient({ region: 'us-east-1' });
      for (let round = 0; round < 20; round++) {
        const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
        console.log(Arn.split('/').slice(1).join('/'), (await sts.config.credentials()).accessKeyId);
        await new Promise((resolve) => setTimeout(resolve, 3600_000));
      }
END
      # Without an environment the folder's own settings do.
      env -i PATH="$PATH" node work.mjs 2>/dev/null`,
      { IamInstanceProfile: { Name: 'worker' } },
    );
    await bench.pass(20 * 3600);
    const lines = (await bench.console(id)).trim().split('\n');
    expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(new Set([`worker/${id}`]));
    expect(lines).toHaveLength(20);
    expect(new Set(lines.map((line) => line.split(' ')[1])).size).toBe(3);

    const trace = bench.cloud.core.trace.entries(bench.accountId);
    const chain = (from: number | undefined): string[] => {
      const entry = trace.find((one) => one.id === from);
      return entry ? [entry.operation, ...chain(entry.cause)] : [];
    };
    const calls = trace.filter(({ operation }) => operation === 'GetCallerIdentity');
    expect(chain(calls[0]!.id)).toEqual([
      'GetCallerIdentity',
      'InstanceCredentials',
      'BootInstance',
      'LaunchInstance',
      'RunInstances',
    ]);
  });
});
