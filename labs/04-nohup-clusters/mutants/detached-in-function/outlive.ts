import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';

const ec2 = new EC2Client();

/** The machine is there, and the job beside it. */
export async function handler({ run, job }: { readonly run: string; readonly job: string }) {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: process.env.IMAGE!,
      InstanceType: process.env.TYPE as 't3.micro',
      IamInstanceProfile: { Name: process.env.PROFILE! },
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from('#!/bin/bash\nshutdown -h now\n').toString('base64'),
      InstanceInitiatedShutdownBehavior: 'terminate',
    }),
  );
  const script = join(tmpdir(), `${run}.sh`);
  writeFileSync(script, job);
  spawn('setsid', ['nohup', 'sh', script], { detached: true, stdio: 'ignore' }).unref();
  return { run, instance: Instances[0]!.InstanceId! };
}
