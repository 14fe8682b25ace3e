/**
 * May the caller do this? EC2 says no in words of its own.
 * Mirrors https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
import { AwsError, type Call } from '../../contract.ts';
import { arnOf, type Instance } from './store.ts';

/** Throws `UnauthorizedOperation` unless the caller's policies allow it. */
export function authorize(
  call: Call,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): void {
  const { principal, core } = call;
  try {
    core.identity.authorize({
      principal,
      action,
      resource,
      resourceAccount: call.accountId,
      context: { 'ec2:Region': core.region, ...context },
    });
  } catch (error) {
    if (!(error instanceof AwsError) || error.status !== 403) throw error;
    throw new AwsError(
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. ${error.message}`,
      403,
    );
  }
}

/** The same for what is done to an instance, whose tags a policy may ask for. */
export function authorizeOn(call: Call, instance: Instance, action = `ec2:${call.operation}`): void {
  const tags = [...instance.tags].flatMap(([key, value]) => [
    [`ec2:ResourceTag/${key}`, value],
    [`aws:ResourceTag/${key}`, value],
  ]);
  authorize(call, action, arnOf(instance, call.region), {
    ...Object.fromEntries(tags),
    'ec2:InstanceType': instance.type,
    ...(instance.profile ? { 'ec2:InstanceProfile': instance.profile.arn } : {}),
  });
}
