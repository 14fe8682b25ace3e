/** Mirrors https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and its siblings. */
import { randomUUID } from 'node:crypto';
import type * as lambda from '@aws-sdk/client-lambda';
import { AwsError, type Call, type Operation } from '../../../contract.ts';
import { authorizeOn } from '../access.ts';
import { conflict, invalidParameter, notFound } from '../errors.ts';
import type { Lambda } from '../lambda.ts';
import type { Mapping, Poller } from '../mapping.ts';
import { parseReference } from '../names.ts';
import { checkSettings, type Sources, sourceFor, sourceOf } from '../sources/source.ts';
import type { LambdaFunction } from '../store.ts';
import { PAGE, pageOf } from './page.ts';
import { assertTags } from './tags.ts';

export class Mappings {
  private readonly pollers = new Map<string, Poller>();
  private readonly mappings = new Map<string, Mapping>();
  private serials = 0;

  constructor(
    private readonly of: Lambda,
    private readonly sources: Sources,
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
    checkSettings(input);
    assertTags(input.Tags);
    const source = sourceOf(input, this.sources);
    const { found, functionArn } = this.function(input.FunctionName, call);
    const mapping: Mapping = {
      id: randomUUID(),
      serial: this.serials++,
      accountId: call.accountId,
      region: call.region,
      sourceArn: source.arn,
      functionArn,
      enabled: input.Enabled ?? true,
      state: 'Creating',
      batchSize: source.batchSize,
      window: 0,
      partialFailures: false,
      maximumConcurrency: undefined,
      filters: [],
      tags: { ...input.Tags },
      modifiedAt: call.core.clock.now(),
      stream: source.settings(input),
    };
    source.configure(mapping, input);
    source.assertUsable(this.of, found, mapping);
    for (const other of this.mappings.values()) {
      if (other.sourceArn === source.arn && other.functionArn === functionArn) {
        throw conflict(source.taken(functionArn === found.arn ? found.name : functionArn, other.id));
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
    checkSettings(input);
    assertFree(mapping, 'update');
    const source = sourceFor(mapping.sourceArn, this.sources);
    const wanted: Mapping = { ...mapping, stream: mapping.stream && { ...mapping.stream } };
    source.configure(wanted, input);
    if (input.FunctionName !== undefined || input.DestinationConfig) {
      const { found, functionArn } = this.function(input.FunctionName ?? mapping.functionArn, call);
      source.assertUsable(this.of, found, wanted);
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
        (input.EventSourceArn === undefined || mapping.sourceArn === input.EventSourceArn) &&
        (!name || parseReference(mapping.functionArn, call.accountId).name === name),
    );
    const { items, next } = pageOf(found, ({ serial }) => [serial], input, { ...PAGE, size: 100 }, call);
    return { EventSourceMappings: items.map((mapping) => this.describe(mapping)), ...next, $metadata: {} };
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
      const poller = sourceFor(mapping.sourceArn, this.sources).poll(this.of, mapping);
      if (poller) this.pollers.set(id, poller);
    });
  }

  private function(name: string | undefined, call: Call): { found: LambdaFunction; functionArn: string } {
    const { accountId, name: plain, qualifier } = parseReference(name, call.accountId);
    const found = this.of.store.find(accountId, plain);
    if (!found) throw invalidParameter('Function does not exist');
    return { found, functionArn: qualifier === undefined ? found.arn : `${found.arn}:${qualifier}` };
  }

  private describe(mapping: Mapping): lambda.EventSourceMappingConfiguration & { $metadata: object } {
    return {
      $metadata: {},
      UUID: mapping.id,
      EventSourceMappingArn: mappingArn(mapping, mapping.id),
      BatchSize: mapping.batchSize,
      MaximumBatchingWindowInSeconds: mapping.window / 1000,
      EventSourceArn: mapping.sourceArn,
      FunctionArn: mapping.functionArn,
      LastModified: new Date(mapping.modifiedAt),
      State: mapping.state,
      FunctionResponseTypes: mapping.partialFailures ? ['ReportBatchItemFailures'] : [],
      ...(mapping.filters.length > 0
        ? { FilterCriteria: { Filters: mapping.filters.map(({ text }) => ({ Pattern: text })) } }
        : {}),
      ...sourceFor(mapping.sourceArn, this.sources).describe(mapping),
    };
  }
}

const mappingArn = ({ region, accountId }: Pick<Mapping, 'region' | 'accountId'>, id: string): string =>
  `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${id}`;

/** Throws `ResourceInUseException` while Lambda is at work on the mapping. */
function assertFree({ state }: Mapping, what: 'update' | 'delete'): void {
  if (state === 'Enabled' || state === 'Disabled') return;
  throw new AwsError('ResourceInUseException', `Cannot ${what} the event source mapping because it is in use.`, 400);
}
