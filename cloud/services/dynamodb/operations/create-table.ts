/** Mirrors https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
import { randomUUID } from 'node:crypto';
import type { CreateTableCommandInput, CreateTableCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../contract.ts';
import { authorize, tableArn } from '../access.ts';
import { resourceInUse } from '../errors.ts';
import { assertStream, switchStream } from '../streams/specification.ts';
import { Table } from '../table.ts';
import type { Tables } from '../tables.ts';
import { indexesOf } from './index-definition.ts';
import { assertAllUsed, schemaOf } from './key-definition.ts';
import { checkDefinition, refuseUnbuilt, throughputOf } from './table-definition.ts';
import { addTags } from './tags.ts';

/** Creates a table; items can be put into it once it is ACTIVE. */
export const createTable =
  (tables: Tables): Operation<CreateTableCommandInput, CreateTableCommandOutput> =>
  (input, call) => {
    checkDefinition(input);
    refuseUnbuilt(input);
    const name = input.TableName!;
    const mode = input.BillingMode ?? 'PROVISIONED';
    const throughput = throughputOf(mode, input.ProvisionedThroughput);
    const schema = schemaOf(input.KeySchema!, input.AttributeDefinitions!);
    const indexes = indexesOf(input, schema, mode);
    assertAllUsed(
      input.AttributeDefinitions!,
      schema,
      indexes.map((index) => index.schema),
    );
    assertStream(input.StreamSpecification);
    const arn = tableArn(call, name);
    authorize(call, arn);
    if (tables.find(arn)) throw resourceInUse(`Table already exists: ${name}`);
    const table = new Table(
      name,
      arn,
      randomUUID(),
      schema,
      input.KeySchema!,
      input.AttributeDefinitions!,
      tables.now,
      indexes,
    );
    table.bill(mode, throughput, tables.now);
    table.deletionProtected = input.DeletionProtectionEnabled ?? false;
    addTags(table, input.Tags ?? []);
    switchStream(tables.streams, table, input.StreamSpecification);
    tables.add(table);
    return { TableDescription: table.describe(tables.now) };
  };
