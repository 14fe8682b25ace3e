/** Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and its siblings, for SQS. */
import { randomUUID } from 'node:crypto';
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import type { Queues } from '../../sqs/queues.ts';
import { authorizeOn } from '../access.ts';
import { asRole } from '../destination-rules.ts';
import { conflict, invalidParameter, notFound } from '../errors.ts';
import { type Mapping, Poller } from '../event-source-mapping.ts';
import { readFilters } from '../filter.ts';
import type { Lambda } from '../lambda.ts';
import { parseReference } from '../names.ts';
import type { LambdaFunction } from '../store.ts';
import { assertTags } from './tags.ts';

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

  byArn(arn: string): Mapping | undefined {
    const mapping = this.mappings.get(arn.split(':').at(-1) ?? '');
    return mapping && mappingArn(mapping, mapping.id) === arn ? mapping : undefined;
  }

  private create(
    input: lambda.CreateEventSourceMappingCommandInput,
    call: Call,
  ): lambda.EventSourceMappingConfiguration {
    authorizeOn(call, 'CreateEventSourceMapping', '*');
    checkInput(input);
    assertTags(input.Tags);
    const queueArn = sourceOf(input);
    const { found, functionArn } = this.function(input.FunctionName, call);
    if (input.DestinationConfig?.OnFailure || input.DestinationConfig?.OnSuccess) {
      throw invalidParameter('Unsupported DestinationConfig parameter for given event source mapping type.');
    }
    const mapping: Mapping = {
      id: randomUUID(),
      accountId: call.accountId,
      region: call.region,
      queueArn,
      functionArn,
      enabled: input.Enabled ?? true,
      state: 'Creating',
      batchSize: 10,
      window: 0,
      partialFailures: false,
      maximumConcurrency: undefined,
      filters: [],
      tags: { ...input.Tags },
      modifiedAt: call.core.clock.now(),
    };
    configure(mapping, input);
    this.assertUsable(found, queueArn);
    for (const other of this.mappings.values()) {
      if (other.queueArn === queueArn && other.functionArn === functionArn) {
        const named = functionArn === found.arn ? found.name : functionArn;
        throw conflict(
          `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${named} ") already exists. Please update or delete the existing mapping with UUID ${other.id}`,
        );
      }
    }
    this.mappings.set(mapping.id, mapping);
    this.settle(mapping, 'Creating');
    return this.describe(mapping);
  }

  private update(
    input: lambda.UpdateEventSourceMappingCommandInput,
    call: Call,
  ): lambda.EventSourceMappingConfiguration {
    const mapping = this.find(input.UUID, call, 'UpdateEventSourceMapping');
    checkInput(input);
    assertFree(mapping, 'update');
    const wanted = { ...mapping };
    configure(wanted, input);
    if (input.FunctionName !== undefined) {
      const { found, functionArn } = this.function(input.FunctionName, call);
      this.assertUsable(found, mapping.queueArn);
      wanted.functionArn = functionArn;
    }
    wanted.enabled = input.Enabled ?? mapping.enabled;
    const changed = wanted.enabled !== mapping.enabled;
    Object.assign(mapping, wanted, { modifiedAt: call.core.clock.now() });
    this.settle(mapping, changed ? (mapping.enabled ? 'Enabling' : 'Disabling') : 'Updating');
    return this.describe(mapping);
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
    const from = Number(input.Marker ?? 0);
    const to = from + (input.MaxItems ?? 100);
    return {
      EventSourceMappings: found.slice(from, to).map((mapping) => this.describe(mapping)),
      ...(to < found.length ? { NextMarker: String(to) } : {}),
      $metadata: {},
    };
  }

  private delete(
    input: lambda.DeleteEventSourceMappingCommandInput,
    call: Call,
  ): lambda.EventSourceMappingConfiguration {
    const mapping = this.find(input.UUID, call, 'DeleteEventSourceMapping');
    assertFree(mapping, 'delete');
    this.settle(mapping, 'Deleting');
    return this.describe(mapping);
  }

  private find(id: string | undefined, call: Call, action: string): Mapping {
    authorizeOn(call, action, mappingArn(call, id ?? ''));
    const mapping = this.mappings.get(id ?? '');
    if (!mapping || mapping.accountId !== call.accountId) throw notFound('The resource you requested does not exist.');
    return mapping;
  }

  /** Nothing is polled while Lambda is at work on a mapping; then it is what it was told to be. */
  private settle(mapping: Mapping, state: Mapping['state']): void {
    const { id } = mapping;
    this.pollers.get(id)?.stop();
    this.pollers.delete(id);
    mapping.state = state;
    this.of.later(() => {
      if (this.mappings.get(id) !== mapping) return;
      if (state === 'Deleting') {
        this.mappings.delete(id);
        return;
      }
      mapping.state = mapping.enabled ? 'Enabled' : 'Disabled';
      if (!mapping.enabled) return;
      const { core, store, invoker } = this.of;
      this.pollers.set(id, new Poller(core, this.queues, store, invoker, mapping));
    });
  }

  private function(name: string | undefined, call: Call): { found: LambdaFunction; functionArn: string } {
    const { accountId, name: plain, qualifier } = parseReference(name, call.accountId);
    const found = this.of.store.find(accountId, plain);
    if (!found) throw invalidParameter('Function does not exist');
    return { found, functionArn: qualifier === undefined ? found.arn : `${found.arn}:${qualifier}` };
  }

  /** The role must be able to read the queue, and the queue must hide messages for as long as the function may run. */
  private assertUsable(found: LambdaFunction, queueArn: string): void {
    const queue = this.queues.find(queueArn);
    if (!queue)
      throw invalidParameter(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      );
    const { role, timeout } = found.latest.configuration;
    const principal = asRole(role);
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
      EventSourceMappingArn: mappingArn(mapping, mapping.id),
      BatchSize: mapping.batchSize,
      MaximumBatchingWindowInSeconds: mapping.window / 1000,
      EventSourceArn: mapping.queueArn,
      FunctionArn: mapping.functionArn,
      LastModified: new Date(mapping.modifiedAt),
      State: mapping.state,
      StateTransitionReason: 'USER_INITIATED',
      FunctionResponseTypes: mapping.partialFailures ? ['ReportBatchItemFailures'] : [],
      ...(mapping.filters.length > 0
        ? { FilterCriteria: { Filters: mapping.filters.map(({ text }) => ({ Pattern: text })) } }
        : {}),
      ...(mapping.maximumConcurrency === undefined
        ? {}
        : { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } }),
    };
  }
}

type Settings = Pick<
  lambda.CreateEventSourceMappingCommandInput,
  'BatchSize' | 'MaximumBatchingWindowInSeconds' | 'FunctionResponseTypes' | 'ScalingConfig' | 'FilterCriteria'
>;

const mappingArn = ({ region, accountId }: Pick<Mapping, 'region' | 'accountId'>, id: string): string =>
  `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${id}`;

/** Queues are what is built of the sources that AWS has. */
function sourceOf(input: lambda.CreateEventSourceMappingCommandInput): string {
  const arn = input.EventSourceArn;
  if (arn?.startsWith('arn:aws:sqs:')) return arn;
  if (arn === undefined && !input.SelfManagedEventSource) throw invalidParameter('Unrecognized event source.');
  throw new AwsError('NotImplemented', 'Event source mappings of this cloud read from SQS queues.', 501);
}

/** Throws `ResourceInUseException` while Lambda is at work on the mapping. */
function assertFree({ state }: Mapping, what: 'update' | 'delete'): void {
  if (state === 'Enabled' || state === 'Disabled') return;
  throw new AwsError('ResourceInUseException', `Cannot ${what} the event source mapping because it is in use.`, 400);
}

function checkInput({ BatchSize, MaximumBatchingWindowInSeconds, ScalingConfig }: Settings): void {
  new Constraints()
    .check(BatchSize, 'batchSize', { range: [1, 10_000] })
    .check(MaximumBatchingWindowInSeconds, 'maximumBatchingWindowInSeconds', { range: [0, 300] })
    .check(ScalingConfig?.MaximumConcurrency, 'scalingConfig.maximumConcurrency', { range: [2, 1000] })
    .enforce();
}

function configure(mapping: Mapping, input: Settings): void {
  if (input.FilterCriteria) mapping.filters = readFilters(input.FilterCriteria);
  mapping.batchSize = input.BatchSize ?? mapping.batchSize;
  mapping.window = (input.MaximumBatchingWindowInSeconds ?? mapping.window / 1000) * 1000;
  mapping.partialFailures = input.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? mapping.partialFailures;
  // An empty configuration takes the limit away.
  if (input.ScalingConfig) mapping.maximumConcurrency = input.ScalingConfig.MaximumConcurrency;
  if (mapping.batchSize > 10 && mapping.window === 0) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
}
