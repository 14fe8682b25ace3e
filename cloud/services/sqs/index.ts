/** SQS: standard and FIFO queues, with long polls on the cloud's clock, dead-letter queues and batches. */
import {
  AwsError,
  type Core,
  type Delivery,
  type Handlers,
  type Principal,
  type Service,
  type Target,
} from '../../contract.ts';
import { clients } from '../../sdk.ts';
import { invalidParameter, queueDoesNotExist } from './errors.ts';
import { deduplicationIdOf } from './fifo.ts';
import { validateDraft } from './message.ts';
import { MoveTasks } from './move-tasks.ts';
import { changeMessageVisibility, changeMessageVisibilityBatch } from './operations/change-message-visibility.ts';
import { createQueue } from './operations/create-queue.ts';
import { deleteMessage, deleteMessageBatch } from './operations/delete-message.ts';
import { deleteQueue } from './operations/delete-queue.ts';
import { getQueueUrl, listDeadLetterSourceQueues, listQueues } from './operations/find-queues.ts';
import { moveTasks } from './operations/move-tasks.ts';
import { addPermission, removePermission } from './operations/permissions.ts';
import { purgeQueue } from './operations/purge-queue.ts';
import { getQueueAttributes, setQueueAttributes } from './operations/queue-attributes.ts';
import { receiveMessage } from './operations/receive-message.ts';
import { assertSize, sendMessage, sendMessageBatch } from './operations/send-message.ts';
import { listQueueTags, tagQueue, untagQueue } from './operations/tags.ts';
import type { Queue } from './queue.ts';
import { Queues } from './queues.ts';

/** `queues` is for Lambda's event source mappings, which poll from inside the cloud. */
export type Sqs = Service & { readonly queues: Queues };

export function createSqs(core: Core): Sqs {
  const queues = new Queues(core);
  const tasks = new MoveTasks(queues);
  core.targets.register('sqs', createTarget(core, queues));
  return {
    name: 'sqs',
    queues,
    load: async () => clients.sqs(),
    handlers: {
      CreateQueue: createQueue(queues),
      DeleteQueue: deleteQueue(queues),
      GetQueueUrl: getQueueUrl(queues),
      ListQueues: listQueues(queues),
      ListDeadLetterSourceQueues: listDeadLetterSourceQueues(queues),
      GetQueueAttributes: getQueueAttributes(queues),
      SetQueueAttributes: setQueueAttributes(queues),
      SendMessage: sendMessage(queues),
      SendMessageBatch: sendMessageBatch(queues),
      ReceiveMessage: receiveMessage(queues),
      DeleteMessage: deleteMessage(queues),
      DeleteMessageBatch: deleteMessageBatch(queues),
      ChangeMessageVisibility: changeMessageVisibility(queues),
      ChangeMessageVisibilityBatch: changeMessageVisibilityBatch(queues),
      PurgeQueue: purgeQueue(queues),
      AddPermission: addPermission(queues),
      RemovePermission: removePermission(queues),
      TagQueue: tagQueue(queues),
      UntagQueue: untagQueue(queues),
      ListQueueTags: listQueueTags(queues),
      ...moveTasks(queues, tasks),
    } as Handlers,
    reset(accountId) {
      tasks.reset(accountId);
      queues.reset(accountId);
    },
  };
}

/** Other services send to a queue when its policy lets them, or a role's lets the role they act as. */
function createTarget(core: Core, queues: Queues): Target {
  const admitted = (arn: string, service: string, sourceArn: string, sourceAccount: string): Queue => {
    const queue = queues.get(arn);
    const request = { service, action: 'sqs:SendMessage', resource: arn, sourceArn, sourceAccount };
    if (!core.identity.resourcePolicyAllows(queue.attributes.Policy, request)) {
      throw new AwsError(
        'AccessDenied',
        `The policy of ${arn} does not let ${service} send to it for ${sourceArn}.`,
        403,
      );
    }
    return queue;
  };
  const admittedAs = (arn: string, principal: Principal): Queue => {
    const queue = queues.find(arn);
    core.identity.authorize({
      principal,
      action: 'sqs:SendMessage',
      resource: arn,
      resourceAccount: arn.split(':')[4] || principal.accountId,
      ...(queue?.attributes.Policy ? { resourcePolicy: queue.attributes.Policy } : {}),
    });
    if (!queue) throw queueDoesNotExist();
    return queue;
  };
  return {
    verify: (arn, from, sourceArn, sourceAccount) => {
      const { fifo } = admitted(arn, from, sourceArn, sourceAccount);
      // Who asks first, as S3 does, names no group: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
      if (fifo) throw invalidParameter(`${arn} is a FIFO queue, to which ${from} cannot send.`);
    },
    deliver: async (arn: string, delivery: Delivery) => {
      const { payload, from, sourceArn, sourceAccount, cause, as, attributes, messageAttributes, groupId } = delivery;
      const queue = as ? admittedAs(arn, as) : admitted(arn, from, sourceArn, sourceAccount);
      const told = Object.fromEntries(
        Object.entries(attributes ?? {}).map(([name, value]) => [
          name,
          { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
        ]),
      );
      const MessageAttributes = { ...told, ...messageAttributes };
      const draft = { MessageBody: payload, MessageAttributes, MessageGroupId: groupId };
      if (messageAttributes || queue.fifo) validateDraft(draft, queue.attributes);
      assertSize(draft, queue, 'One or more parameters are invalid.');
      queues.send(queue, {
        body: payload,
        attributes: MessageAttributes,
        senderId: as?.userId ?? from,
        cause,
        ...(groupId === undefined ? {} : { groupId }),
        ...(queue.fifo ? { deduplicationId: deduplicationIdOf(draft) } : {}),
      });
    },
  };
}
