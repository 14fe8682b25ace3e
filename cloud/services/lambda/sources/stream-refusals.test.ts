/** What Lambda answers to mappings from a table's stream that cannot be. */
import type * as api from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../../testing.ts';
import { roleFor } from '../testing.ts';
import { create, mapped, reader, streamed, useStreams } from './testing.ts';

useStreams();

describe('Lambda refuses', () => {
  test.each<[string, Partial<api.CreateEventSourceMappingCommandInput>, string, string | RegExp]>([
    [
      'no starting position',
      { StartingPosition: undefined },
      'InvalidParameterValueException',
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    ],
    [
      'another starting position',
      { StartingPosition: 'invalid' as 'LATEST' },
      'ValidationException',
      "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    ],
    [
      'a moment to start at',
      { StartingPosition: 'AT_TIMESTAMP' },
      'InvalidParameterValueException',
      /^Unsupported starting position for arn type: arn:aws:dynamodb:/,
    ],
    [
      'many lanes',
      { ParallelizationFactor: 11 },
      'ValidationException',
      /at 'parallelizationFactor' failed to satisfy constraint: Member must have value less than or equal to 10$/,
    ],
    [
      'many retries',
      { MaximumRetryAttempts: 10_001 },
      'ValidationException',
      /at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 10000$/,
    ],
    [
      'a young age',
      { MaximumRecordAgeInSeconds: 59 },
      'InvalidParameterValueException',
      'Maximum record age in seconds must be -1 or at least 60',
    ],
    [
      'a maximum of invocations',
      { ScalingConfig: { MaximumConcurrency: 2 } },
      'InvalidParameterValueException',
      'Unsupported ScalingConfig parameter for given event source mapping type.',
    ],
    [
      'a destination of success',
      { DestinationConfig: { OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:111122223333:any' } } },
      'InvalidParameterValueException',
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    ],
    [
      'a function as a destination',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:lambda:us-east-1:111122223333:function:any' } } },
      'InvalidParameterValueException',
      /^The provided destination config DestinationConfig\(onSuccess=null, onFailure=OnFailure\(destination=arn:.*\)\) is invalid\.$/,
    ],
    [
      'a destination that is not there',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:111122223333:none' } } },
      'InvalidParameterValueException',
      'The destination ARN arn:aws:sqs:us-east-1:111122223333:none is invalid.',
    ],
    [
      'a filter that is none',
      { FilterCriteria: { Filters: [{ Pattern: 'text' }] } },
      'InvalidParameterValueException',
      'Invalid filter pattern definition.',
    ],
    [
      'a stream that is not there',
      { EventSourceArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/none/stream/2026-01-01T00:00:00.000' },
      'InvalidParameterValueException',
      'Stream not found: arn:aws:dynamodb:us-east-1:111122223333:table/none/stream/2026-01-01T00:00:00.000',
    ],
  ])('%s', async (_, more, name, message) => {
    const [{ arn }, FunctionName] = [await streamed(), await reader()];
    const refused = await refusal(create({ EventSourceArn: arn, FunctionName, ...more }));
    expect(refused).toMatchObject({ name, status: 400 });
    if (typeof message === 'string') expect(refused.message).toBe(message);
    else expect(refused.message).toMatch(message);
  });

  test('a role that may not read the stream', async () => {
    const { arn } = await streamed();
    const FunctionName = await reader(await roleFor('dynamodb:GetRecords'));
    expect(await refusal(create({ EventSourceArn: arn, FunctionName }))).toEqual({
      name: 'InvalidParameterValueException',
      status: 400,
      message: `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
    });
  });

  test('a second mapping of the same stream and function', async () => {
    const { arn, name, id } = await mapped();
    expect(await refusal(create({ EventSourceArn: arn, FunctionName: name }))).toEqual({
      name: 'ResourceConflictException',
      status: 409,
      message: `The event source arn (" ${arn} ") and function (" ${name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${id}`,
    });
  });
});
