/**
 * A topic as a destination of other services: what they send is published when its policy lets them, or a role's lets the
 * role that they act as. Mirrors https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError, type Core, type Principal, type Target } from '../../contract.ts';
import type { Deliveries } from './deliveries.ts';
import { topicNotFound } from './errors.ts';
import { readMessage } from './message.ts';
import type { Topic, Topics } from './store.ts';
import { policyOf } from './topic-attributes.ts';

const ACTION = 'SNS:Publish';

export function topicTarget(core: Core, topics: Topics, deliveries: Deliveries): Target {
  const admitted = (arn: string, service: string, sourceArn: string, sourceAccount: string): Topic => {
    const topic = topics.find(arn);
    if (!topic) throw topicNotFound();
    const request = { service, action: ACTION, resource: arn, sourceArn, sourceAccount };
    if (!core.identity.resourcePolicyAllows(policyOf(topic), request)) {
      throw new AwsError(
        'AuthorizationError',
        `The policy of ${arn} does not let ${service} publish to it for ${sourceArn}.`,
        403,
      );
    }
    return topic;
  };
  const admittedAs = (arn: string, principal: Principal): Topic => {
    const topic = topics.find(arn);
    core.identity.authorize({
      principal,
      action: ACTION,
      resource: arn,
      resourceAccount: arn.split(':')[4] || principal.accountId,
      ...(topic ? { resourcePolicy: policyOf(topic) } : {}),
    });
    if (!topic) throw topicNotFound();
    return topic;
  };
  return {
    async deliver(arn, { payload, subject, from, sourceArn, sourceAccount, cause, as }) {
      const topic = as ? admittedAs(arn, as) : admitted(arn, from, sourceArn, sourceAccount);
      const draft = { Message: payload, ...(subject === undefined ? {} : { Subject: subject }) };
      deliveries.publish(topic, readMessage(draft, randomUUID(), 'messageAttributes'), cause);
    },
    verify: (arn, from, sourceArn, sourceAccount) => void admitted(arn, from, sourceArn, sourceAccount),
  };
}
