/** Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html and its siblings. */
import type {
  CancelMessageMoveTaskCommandInput,
  CancelMessageMoveTaskCommandOutput,
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksCommandOutput,
  ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommandInput,
  StartMessageMoveTaskCommandOutput,
} from '@aws-sdk/client-sqs';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { authorize } from '../access.ts';
import { assertWithin, invalidParameter, missingParameter } from '../errors.ts';
import { HIGHEST_RATE, type MoveTask, type MoveTasks } from '../move-tasks.ts';
import { isFifoName } from '../names.ts';
import type { Queue } from '../queue.ts';
import type { Queues } from '../queues.ts';
import { sourcesOf } from './find-queues.ts';

const MOST_RESULTS = 10;

export const moveTasks = (queues: Queues, tasks: MoveTasks) => {
  /** The queue that a parameter names. Throws `ResourceNotFoundException`, `AccessDenied…`. */
  const find = (call: Call, arn: string | undefined, parameter: string, ...actions: string[]): Queue => {
    if (!arn) throw missingParameter(parameter);
    const queue = queues.find(arn);
    for (const action of actions) authorize(call, action, arn, queue);
    if (!queue) throw notFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
    return queue;
  };

  /** Needs all rights that reading the one queue and writing to the other need. */
  const start: Operation<StartMessageMoveTaskCommandInput, StartMessageMoveTaskCommandOutput> = (input, call) => {
    const { DestinationArn: to, MaxNumberOfMessagesPerSecond: rate } = input;
    const rights = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
    const source = find(call, input.SourceArn, 'SourceArn', ...rights);
    if (to !== undefined) find(call, to, 'DestinationArn', 'SendMessage');
    assertWithin(rate, 'MaxNumberOfMessagesPerSecond', [1, HIGHEST_RATE], `Must be between 1 and ${HIGHEST_RATE}.`);
    const origins = sourcesOf(queues, call, source.arn);
    if (origins.length === 0) throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    if (to === source.arn) throw invalidParameter('Source queue arn and destination queue arn must be different.');
    if (to !== undefined && isFifoName(to) !== isFifoName(source.arn)) {
      throw invalidParameter('Source queue and destination queue must be of the same type, standard or FIFO.');
    }
    if (to === undefined) for (const origin of origins) authorize(call, 'SendMessage', origin.arn, origin);
    if (tasks.of(source.arn).some(({ status }) => status === 'RUNNING')) {
      throw unsupported(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    return { TaskHandle: handleOf(tasks.start(source, to, rate, call.traceId)) };
  };

  const list: Operation<ListMessageMoveTasksCommandInput, ListMessageMoveTasksCommandOutput> = (input, call) => {
    const source = find(call, input.SourceArn, 'SourceArn', 'ListMessageMoveTasks');
    const { MaxResults: max } = input;
    assertWithin(max, 'MaxResults', [1, MOST_RESULTS], `Must be between 1 and ${MOST_RESULTS}, if provided.`);
    return {
      Results: tasks
        .of(source.arn)
        .slice(0, max ?? 1)
        .map(describe),
    };
  };

  const cancel: Operation<CancelMessageMoveTaskCommandInput, CancelMessageMoveTaskCommandOutput> = (input, call) => {
    const { TaskHandle: handle } = input;
    if (!handle) throw missingParameter('TaskHandle');
    const { taskId, sourceArn } = readHandle(handle);
    find(call, sourceArn, 'SourceArn', 'CancelMessageMoveTask');
    const task = tasks.of(sourceArn).find(({ id }) => id === taskId);
    if (!task) throw notFound('Task does not exist.');
    if (task.status !== 'RUNNING') throw unsupported('Only active tasks can be cancelled.');
    tasks.cancel(task);
    return { ApproximateNumberOfMessagesMoved: task.moved };
  };

  return { StartMessageMoveTask: start, ListMessageMoveTasks: list, CancelMessageMoveTask: cancel };
};

const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message, 404);
const unsupported = (message: string): AwsError => new AwsError('UnsupportedOperation', message, 400);

const handleOf = ({ id, source }: MoveTask): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn: source.arn })).toString('base64');

function readHandle(handle: string): { taskId: string; sourceArn: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString()) as Record<string, unknown>;
    if (typeof taskId === 'string' && typeof sourceArn === 'string') return { taskId, sourceArn };
  } catch {
    // Falls through: what is no JSON, and JSON of another shape, are the same mistake.
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.');
}

/** Only a task that runs has a handle. */
const describe = (task: MoveTask): ListMessageMoveTasksResultEntry => ({
  ...(task.status === 'RUNNING' ? { TaskHandle: handleOf(task) } : {}),
  Status: task.status,
  SourceArn: task.source.arn,
  ...(task.destinationArn === undefined ? {} : { DestinationArn: task.destinationArn }),
  ...(task.rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.rate }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failure === undefined ? {} : { FailureReason: task.failure }),
  StartedTimestamp: task.startedAt,
});
