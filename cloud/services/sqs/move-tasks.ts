/**
 * Message move tasks: what lies in a dead-letter queue goes back to where it came from, or to another queue, so many each
 * second. Mirrors https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
import { randomUUID } from 'node:crypto';
import type { Millis, Timer, TraceId } from '../../contract.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import type { StoredMessage } from './slot.ts';

const SECOND: Millis = 1000;
/** AWS finds a rate of its own where none is given; this is the most that can be asked for. */
export const HIGHEST_RATE = 500;
const KEPT = 10;

export interface MoveTask {
  readonly id: string;
  readonly source: Queue;
  readonly destinationArn: string | undefined;
  readonly rate: number | undefined;
  readonly startedAt: Millis;
  readonly cause: TraceId;
  /** Messages that were there at the start. */
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failure?: string;
  timer?: Timer;
}

export class MoveTasks {
  private readonly bySource = new Map<string, MoveTask[]>();

  constructor(private readonly queues: Queues) {}

  /** Tasks of a queue, the newest first. */
  of(sourceArn: string): readonly MoveTask[] {
    return this.bySource.get(sourceArn) ?? [];
  }

  start(source: Queue, destinationArn: string | undefined, rate: number | undefined, cause: TraceId): MoveTask {
    const { now } = this.queues;
    const task: MoveTask = {
      id: randomUUID(),
      source,
      destinationArn,
      rate,
      startedAt: now,
      cause,
      toMove: source.counts(now).visible,
      moved: 0,
      status: 'RUNNING',
    };
    this.bySource.set(source.arn, [task, ...this.of(source.arn)].slice(0, KEPT));
    this.arm(task);
    return task;
  }

  cancel(task: MoveTask): void {
    this.end(task, 'CANCELLED');
  }

  reset(accountId?: string): void {
    for (const [arn, tasks] of this.bySource) {
      if (accountId !== undefined && tasks[0]?.source.accountId !== accountId) continue;
      for (const task of tasks) task.timer?.cancel();
      this.bySource.delete(arn);
    }
  }

  private arm(task: MoveTask): void {
    task.timer = this.queues.core.clock.at(this.queues.now + SECOND, () => this.move(task));
  }

  private move(task: MoveTask): void {
    const { queues } = this;
    if (queues.find(task.source.arn) !== task.source) {
      this.end(task, 'FAILED', MISSING);
      return;
    }
    task.source.give(task.rate ?? HIGHEST_RATE, queues.now, (message) => {
      const target = task.status === 'RUNNING' && this.targetOf(task, message);
      if (!target) return false;
      this.moveOne(task, message, target);
      return true;
    });
    if (task.status !== 'RUNNING') queues.wake(task.source);
    else if (task.source.counts(queues.now).visible > 0) this.arm(task);
    else this.end(task, 'COMPLETED');
  }

  /** Ends the task where a message has nowhere to go. */
  private targetOf(task: MoveTask, message: StoredMessage): Queue | undefined {
    const arn = task.destinationArn ?? message.deadLetterSource;
    const target = this.queues.find(arn ?? '');
    if (!target) this.end(task, 'FAILED', arn === undefined ? 'CouldNotDetermineMessageSource' : MISSING);
    return target;
  }

  /** A message that is moved is a new one, with an id and an age of its own. */
  private moveOne(task: MoveTask, message: StoredMessage, target: Queue): void {
    const { id, body, attributes, senderId, traceHeader, groupId, deduplicationId } = message;
    const hop = this.queues.core.trace.add({
      kind: 'hop',
      accountId: task.source.accountId,
      service: 'sqs',
      operation: 'MoveMessage',
      resource: target.arn,
      cause: task.cause,
      detail: { messageId: id, source: task.source.arn },
    });
    this.queues.send(target, {
      body,
      attributes,
      senderId,
      cause: hop,
      ...(traceHeader === undefined ? {} : { traceHeader }),
      ...(groupId === undefined ? {} : { groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
    });
    task.moved++;
  }

  private end(task: MoveTask, status: MoveTask['status'], failure?: string): void {
    task.timer?.cancel();
    task.status = status;
    if (failure !== undefined) task.failure = failure;
  }
}

const MISSING = 'AWS.SimpleQueueService.NonExistentQueue';
