/** Mirrors https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html and its siblings. */
import type * as eb from '@aws-sdk/client-eventbridge';
import { AwsError, type Operation } from '../../../contract.ts';
import { Constraints } from '../../../core/constraints.ts';
import { page } from '../../../core/pages.ts';
import { authorize } from '../access.ts';
import { invalid, invalidToken } from '../errors.ts';
import type { Bus, EventStore } from '../store.ts';
import { PAGE } from './rules.ts';
import { asRecord } from './tags.ts';

const BUS_NAME = { required: true, pattern: '[/\\.\\-_A-Za-z0-9]+', length: [1, 256] } as const;
/** Settings of buses that are not built, which must not seem to work. */
const NOT_BUILT = ['EventSourceName', 'KmsKeyIdentifier', 'DeadLetterConfig', 'LogConfig'] as const;

export const buses = (store: EventStore) => {
  /** Throws `ResourceAlreadyExistsException`, `ValidationException`. */
  const create: Operation<eb.CreateEventBusCommandInput, eb.CreateEventBusCommandOutput> = (input, call) => {
    new Constraints()
      .check(input.Name, 'name', BUS_NAME)
      .check(input.Description, 'description', { length: [0, 512] })
      .enforce();
    const other = NOT_BUILT.find((member) => input[member] !== undefined);
    if (other) throw new AwsError('NotImplemented', `Event buses of this cloud do not take ${other}.`, 501);
    const name = input.Name!;
    authorize(call, store.busArn(call.accountId, name));
    if (name.includes('/')) throw invalid("Event bus name must not contain '/'.");
    if (store.find(call.accountId, name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`, 400);
    }
    const bus = store.create(call.accountId, name);
    bus.description = input.Description;
    bus.tags = asRecord(input.Tags);
    return { EventBusArn: bus.arn, ...(bus.description === undefined ? {} : { Description: bus.description }) };
  };

  const describe: Operation<eb.DescribeEventBusCommandInput, eb.DescribeEventBusCommandOutput> = (input, call) => {
    const bus = store.bus(call.accountId, input.Name);
    authorize(call, bus.arn, bus);
    return describeBus(bus);
  };

  const list: Operation<eb.ListEventBusesCommandInput, eb.ListEventBusesCommandOutput> = (input, call) => {
    new Constraints().check(input.Limit, 'limit', PAGE).enforce();
    authorize(call, '*');
    const found = store.list(call.accountId).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
    const part = { token: input.NextToken, size: input.Limit ?? PAGE.range[1], call };
    const { items, next } = page(found, ({ name }) => [name], part, invalidToken);
    return { EventBuses: items.map(describeBus), ...(next ? { NextToken: next } : {}) };
  };

  /** A bus that has rules is not deleted. Throws `ResourceNotFoundException`, `ValidationException`. */
  const remove: Operation<eb.DeleteEventBusCommandInput, eb.DeleteEventBusCommandOutput> = (input, call) => {
    new Constraints().check(input.Name, 'name', BUS_NAME).enforce();
    authorize(call, store.busArn(call.accountId, input.Name!));
    if (input.Name === 'default') throw invalid('Cannot delete event bus default.');
    const bus = store.bus(call.accountId, input.Name);
    if (bus.rules.size > 0) throw invalid(`Event bus ${bus.name} has rules. Delete all rules before deleting the bus.`);
    store.remove(bus);
    return {};
  };

  return { CreateEventBus: create, DescribeEventBus: describe, ListEventBuses: list, DeleteEventBus: remove };
};

const describeBus = (bus: Bus) => ({
  Name: bus.name,
  Arn: bus.arn,
  CreationTime: new Date(bus.createdAt),
  LastModifiedTime: new Date(bus.modifiedAt),
  ...(bus.description === undefined ? {} : { Description: bus.description }),
  ...(bus.policy === undefined ? {} : { Policy: bus.policy }),
});
