import {
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { base64, EC2, IMAGE, makeProfile } from '../services/ec2/testing.ts';
import type { Bench } from './bench.ts';
import { area, eventually, refused } from './engines.ts';

const launching = (script: string) => ({
  ImageId: IMAGE,
  InstanceType: 't3.micro' as const,
  MinCount: 1,
  MaxCount: 1,
  UserData: base64(`#!/bin/bash\n${script}\n`),
});

async function launch(t: Bench, script: string, more: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const ec2 = new EC2Client(t.config);
  const { Instances } = await ec2.send(new RunInstancesCommand({ ...launching(script), ...more }));
  ec2.destroy();
  return Instances![0]!.InstanceId!;
}

async function all(t: Bench): Promise<Instance[]> {
  const ec2 = new EC2Client(t.config);
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  ec2.destroy();
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

/** What an instance has printed, once `end` is a line of it. */
const printed = (t: Bench, InstanceId: string): Promise<string[]> =>
  eventually(t, async () => {
    const ec2 = new EC2Client(t.config);
    const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId }));
    ec2.destroy();
    const lines = Buffer.from(Output, 'base64').toString().split(/\r?\n/);
    return lines.includes('end') ? lines : undefined;
  });

area('instances', (behaves) => {
  behaves('programs of an instance call as its role, in a session that has the name of the instance', async (t) => {
    const Bucket = `bucket-${t.accountId}`;
    await t.s3.send(new CreateBucketCommand({ Bucket }));
    const putting = { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` } as const;
    await makeProfile(t.iam, 'worker', EC2, putting);
    const id = await launch(
      t,
      `cat > work.mjs <<'END'
      import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
      import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
      const region = 'us-east-1';
      const { Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
      await new S3Client({ region }).send(new PutObjectCommand({ Bucket: '${Bucket}', Key: 'who', Body: Arn }));
END
      node work.mjs; echo end`,
      { IamInstanceProfile: { Name: 'worker' } },
    );
    await printed(t, id);
    const { Body } = await t.s3.send(new GetObjectCommand({ Bucket, Key: 'who' }));
    expect(await Body!.transformToString()).toBe(`arn:aws:sts::${t.accountId}:assumed-role/worker/${id}`);
  });

  behaves('metadata is told to who has a token', async (t) => {
    const id = await launch(
      t,
      `at=$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest
      curl -s -o /dev/null -w 'without %{http_code}\\n' $at/meta-data/instance-id
      token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $at/api/token)
      echo "with $(curl -s -H "X-aws-ec2-metadata-token: $token" $at/meta-data/instance-id)"
      echo end`,
    );
    expect((await printed(t, id)).slice(0, 2)).toEqual(['without 401', `with ${id}`]);
  });

  behaves('an instance that shuts itself down is stopped or terminated, as its launch said', async (t) => {
    await launch(t, 'shutdown -h now', { InstanceInitiatedShutdownBehavior: 'stop' });
    await launch(t, 'shutdown -h now', { InstanceInitiatedShutdownBehavior: 'terminate' });
    const states = await eventually(t, async () => {
      const seen = (await all(t)).map(({ State }) => State!.Name!);
      return seen.every((state) => state === 'stopped' || state === 'terminated') ? seen : undefined;
    });
    expect(states).toEqual(['stopped', 'terminated']);
  });

  behaves('a function launches an instance', async (t) => {
    const Role = await t.role('launcher', [{ Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' }]);
    await t.deploy(
      'launcher',
      `const { EC2Client, RunInstancesCommand } = require('@aws-sdk/client-ec2');
      exports.handler = async (input) =>
        (await new EC2Client({}).send(new RunInstancesCommand(input))).Instances[0].InstanceId;`,
      { Role, MemorySize: 512 },
    );
    const { payload } = await t.invoke('launcher', launching('echo from a function; echo end'));
    expect(await printed(t, String(payload))).toContain('from a function');
  });

  behaves('a profile that is not there is refused', async (t) => {
    const wanted = launch(t, 'echo end', { IamInstanceProfile: { Name: 'nobody' } });
    expect(await refused(wanted)).toBe('InvalidParameterValue 400');
    expect(await all(t)).toEqual([]);
  });
});
