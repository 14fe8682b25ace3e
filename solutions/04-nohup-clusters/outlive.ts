/** Step 4.1: a job that outlives the function that started it. Reference answer: the job has a machine of its own, which ends with it. */
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';

interface Event {
  readonly run: string;
  readonly job: string;
}

const ec2 = new EC2Client();

export async function handler({ run, job }: Event) {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: process.env.IMAGE!,
      InstanceType: process.env.TYPE as 't3.micro',
      IamInstanceProfile: { Name: process.env.PROFILE! },
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from(userData(job)).toString('base64'),
      InstanceInitiatedShutdownBehavior: 'terminate',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: run }] }],
    }),
  );
  return { run, instance: Instances[0]!.InstanceId! };
}

/** The job comes as base64: whatever it says, no line of it can end what surrounds it. */
const userData = (job: string): string => `#!/bin/bash
base64 -d > job.sh <<'END'
${Buffer.from(job).toString('base64')}
END
chmod +x job.sh
./job.sh
shutdown -h now
`;
