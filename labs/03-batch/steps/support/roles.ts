/** Roles that the graders of this lab make for a service. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Check, PolicyStatement } from '../../../../workbook/kit/contract.ts';

/** Makes a role that EventBridge Scheduler may assume, with these rights, and returns its ARN. */
export async function schedulerRole(t: Check, policy: readonly PolicyStatement[]): Promise<string> {
  const RoleName = t.seeded.name('scheduler');
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await t.aws.iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: policy });
  await t.aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'targets', PolicyDocument }));
  return Role!.Arn!;
}
