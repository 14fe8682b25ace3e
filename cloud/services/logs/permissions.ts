/**
 * Which resource a call is held against. What acts on a stream is held against that stream, what acts on a group against the
 * group's streams without a name: AWS's own refusals say `…:log-group:NAME:log-stream:`, so that a policy reaches the group with
 * `…:log-group:NAME:*`, the ARN that DescribeLogGroups tells. Calls that tag by ARN take the one without the star.
 * Mirrors https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html and
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 */
import type { Call } from '../../contract.ts';

export const groupArn = (call: Call, name: string): string =>
  `arn:aws:logs:${call.region}:${call.accountId}:log-group:${name}`;

export const streamArn = (call: Call, group: string, stream: string): string =>
  `${groupArn(call, group)}:log-stream:${stream}`;

const authorize = (call: Call, resource: string): void =>
  call.core.identity.authorize({ principal: call.principal, action: `logs:${call.operation}`, resource });

export const authorizeStream = (call: Call, group: string, stream: string): void =>
  authorize(call, streamArn(call, group, stream));

export const authorizeGroup = (call: Call, group: string): void => authorizeStream(call, group, '');

/** TagResource, UntagResource, ListTagsForResource. */
export const authorizeTags = (call: Call, group: string): void => authorize(call, groupArn(call, group));

/** DescribeLogGroups is of no group: https://github.com/hashicorp/terraform-provider-aws/issues/8804 shows what AWS says. */
export const authorizeAllGroups = (call: Call): void => authorizeGroup(call, '');
