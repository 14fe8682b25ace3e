/** Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and its siblings, for SQS. */
import { randomUUID } from 'node:crypto';
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError, type Call, type Operation, type Principal } from '../../../contract.ts';
import type { Queues } from '../../sqs/queues.ts';
import { authorizeOn } from '../access.ts';
import { conflict, invalidParameter, notFound } from '../errors.ts';
import { type Mapping, Poller } from '../event-source-mapping.ts';
import type { Lambda } from '../lambda.ts';
import { parseReference } from '../names.ts';
import type { LambdaFunction } from '../store.ts';

/** Concurrent invocations of a mapping without a maximum: AWS starts with five batches and scales from there. */
const STANDARD_CONCURRENCY = 5;

export class Mappings {
  private readonly pollers = new Map<string, Poller>();
  private readonly mappings = new Map<string, Mapping>();

  constructor(
    private readonly of: Lambda,
    private readonly queues: Queues,
  ) {}

  readonly handlers = {
    CreateEventSourceMapping: ((input, call) => this.create(input, call)) as Operation<
      lambda.CreateEventSourceMappingCommandInput,
      lambda.CreateEventSourceMappingCommandOutput
    >,
    GetEventSourceMapping: ((input, call) =>
      this.describe(this.find(input.UUID, call, 'GetEventSourceMapping'))) as Operation<
      lambda.GetEventSourceMappingCommandInput,
      lambda.GetEventSourceMappingCommandOutput
    >,
    ListEventSourceMappings: ((input, call) => this.list(input, call)) as Operation<
      lambda.ListEventSourceMappingsCommandInput,
      lambda.ListEventSourceMappingsCommandOutput
    >,
    UpdateEventSourceMapping: ((input, call) => this.update(input, call)) as Operation<
      lambda.UpdateEventSourceMappingCommandInput,
      lambda.UpdateEventSourceMappingCommandOutput
    >,
    DeleteEventSourceMapping: ((input, call) => this.delete(input, call)) as Operation<
      lambda.DeleteEventSourceMappingCommandInput,
      lambda.DeleteEventSourceMappingCommandOutput
    >,
  };

  reset(accountId?: string): void {
    for (const [id, mapping] of this.mappings) {
      if (accountId !== undefined && mapping.accountId !== accountId) continue;
      this.pollers.get(id)?.stop();
      this.pollers.delete(id);
      this.mappings.delete(id);
    }
  }

  private create(
    input: lambda.CreateEventSourceMappingCommandInput,
    call: Call,
  ): lambda.EventSourceMappingConfiguration {
    authorizeOn(call, 'CreateEventSourceMapping', '*');
    const queueArn = input.EventSourceArn ?? '';
    if (!queueArn.startsWith('arn:aws:sqs:')) {
      throw new AwsError('NotImplemented', 'Event source mappings of this cloud read from SQS queues.', 501);
    }
    const reference = parseReference(input.FunctionName, call.accountId);
    const found = this.of.store.get(reference);
    this.assertUsable(found, queueArn);
    const functionArn = reference.qualifier === undefined ? found.arn : `${found.arn}:${reference.qualifier}`;
    for (const other of this.mappings.values()) {
      if (other.queueArn === queueArn && other.functionArn === functionArn) {
        throw conflict(
          `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${functionArn} ") already exists. Please update or delete the existing mapping with UUID ${other.id}`,
        );
      }
    }
    const mapping: Mapping = {
      id: randomUUID(),
      accountId: call.accountId,
      region: call.region,
      queueArn,
      functionArn,
      enabled: input.Enabled ?? true,
      batchSize: 10,
      window: 0,
      partialFailures: false,
      concurrency: STANDARD_CONCURRENCY,
      modifiedAt: call.core.clock.now(),
    };
    configure(mapping, input);
    this.mappings.set(mapping.id, mapping);
    this.restart(mapping);
    return { ...this.describe(mapping), State: 'Creating' };
  }

  private update(
    input: lambda.UpdateEventSourceMappingCommandInput,
    call: Call,
  ): lambda.EventSourceMappingConfiguration {
    const mapping = this.find(input.UUID, call, 'UpdateEventSourceMapping');
    const wanted = { ...mapping };
    configure(wanted, input);
    if (input.FunctionName !== undefined) {
      const reference = parseReference(input.FunctionName, call.accountId);
      const found = this.of.store.get(reference);
      this.assertUsable(found, mapping.queueArn);
      wanted.functionArn = reference.qualifier === undefined ? found.arn : `${found.arn}:${reference.qualifier}`;
    }
    wanted.enabled = input.Enabled ?? mapping.enabled;
    Object.assign(mapping, wanted, { modifiedAt: call.core.clock.now() });
    this.restart(mapping);
    return { ...this.describe(mapping), State: 'Updating' };
  }

  private list(
    input: lambda.ListEventSourceMappingsCommandInput,
    call: Call,
  ): lambda.ListEventSourceMappingsCommandOutput {
    authorizeOn(call, 'ListEventSourceMappings', '*');
    const name = input.FunctionName && parseReference(input.FunctionName, call.accountId).name;
    const found = [...this.mappings.values()].filter(
      (mapping) =>
        mapping.accountId === call.accountId &&
        (input.EventSourceArn === undefined || mapping.queueArn === input.EventSourceArn) &&
        (!name || parseReference(mapping.functionArn, call.accountId).name === name),
    );
    return { EventSourceMappings: found.map((mapping) => this.describe(mapping)), $metadata: {} };
  }

  private delete(
    input: lambda.DeleteEventSourceMappingCommandInput,
    call: Call,
  ): lambda.EventSourceMappingConfiguration {
    const mapping = this.find(input.UUID, call, 'DeleteEventSourceMapping');
    this.pollers.get(mapping.id)?.stop();
    this.pollers.delete(mapping.id);
    this.mappings.delete(mapping.id);
    return { ...this.describe(mapping), State: 'Deleting' };
  }

  private find(id: string | undefined, call: Call, action: string): Mapping {
    authorizeOn(call, action, `arn:aws:lambda:${call.region}:${call.accountId}:event-source-mapping:${id}`);
    const mapping = this.mappings.get(id ?? '');
    if (!mapping || mapping.accountId !== call.accountId) throw notFound('The resource you requested does not exist.');
    return mapping;
  }

  private restart(mapping: Mapping): void {
    this.pollers.get(mapping.id)?.stop();
    this.pollers.delete(mapping.id);
    if (!mapping.enabled) return;
    const { core, store, invoker } = this.of;
    this.pollers.set(mapping.id, new Poller(core, this.queues, store, invoker, mapping));
  }

  /** The role must be able to read the queue, and the queue must hide messages for as long as the function may run. */
  private assertUsable(found: LambdaFunction, queueArn: string): void {
    const queue = this.queues.find(queueArn);
    if (!queue)
      throw invalidParameter(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      );
    const { role, timeout } = found.latest.configuration;
    const principal: Principal = {
      kind: 'role',
      accountId: found.accountId,
      arn: role,
      roleArn: role,
      userId: found.name,
    };
    for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
      try {
        this.of.core.identity.authorize({
          principal,
          action: `sqs:${action}`,
          resource: queueArn,
          resourceAccount: queue.accountId,
        });
      } catch {
        throw invalidParameter(`The function execution role does not have permissions to call ${action} on SQS`);
      }
    }
    const visibility = queue.number('VisibilityTimeout');
    if (visibility < timeout) {
      throw invalidParameter(
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
      );
    }
  }

  private describe(mapping: Mapping): lambda.EventSourceMappingConfiguration & { $metadata: object } {
    return {
      $metadata: {},
      UUID: mapping.id,
      BatchSize: mapping.batchSize,
      MaximumBatchingWindowInSeconds: mapping.window / 1000,
      EventSourceArn: mapping.queueArn,
      FunctionArn: mapping.functionArn,
      LastModified: new Date(mapping.modifiedAt),
      State: mapping.enabled ? 'Enabled' : 'Disabled',
      StateTransitionReason: 'USER_INITIATED',
      FunctionResponseTypes: mapping.partialFailures ? ['ReportBatchItemFailures'] : [],
      ...(mapping.concurrency === STANDARD_CONCURRENCY
        ? {}
        : { ScalingConfig: { MaximumConcurrency: mapping.concurrency } }),
    };
  }
}

function configure(
  mapping: Mapping,
  input: Pick<
    lambda.CreateEventSourceMappingCommandInput,
    'BatchSize' | 'MaximumBatchingWindowInSeconds' | 'FunctionResponseTypes' | 'ScalingConfig' | 'FilterCriteria'
  >,
): void {
  if (input.FilterCriteria?.Filters?.length) {
    throw new AwsError('NotImplemented', 'Filters of event source mappings are not built in this cloud.', 501);
  }
  mapping.batchSize = input.BatchSize ?? mapping.batchSize;
  mapping.window = (input.MaximumBatchingWindowInSeconds ?? mapping.window / 1000) * 1000;
  mapping.partialFailures = input.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? mapping.partialFailures;
  mapping.concurrency = input.ScalingConfig?.MaximumConcurrency ?? mapping.concurrency;
  if (mapping.batchSize < 1 || mapping.batchSize > 10_000) throw invalidParameter('BatchSize is between 1 and 10000.');
  if (mapping.batchSize > 10 && mapping.window === 0) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
  if (mapping.concurrency < 2 || mapping.concurrency > 1000)
    throw invalidParameter('MaximumConcurrency is between 2 and 1000.');
}
