/** What Lambda refuses of event source mappings, and what it says then. */
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import { create, name, state, useMappedFunction } from './mapping-testing.ts';
import { fresh, queue } from './testing.ts';

useMappedFunction();

const invalid = 'InvalidParameterValueException';
const refusals: [string, (arn: string) => Promise<unknown>, string, number, (arn: string) => string][] = [
  ['no source', () => create({}), invalid, 400, () => 'Unrecognized event source.'],
  [
    'no function',
    (EventSourceArn) => create({ FunctionName: 'nobody', EventSourceArn }),
    invalid,
    400,
    () => 'Function does not exist',
  ],
  [
    'no queue',
    (arn) => create({ EventSourceArn: `${arn}-none` }),
    invalid,
    400,
    () =>
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
  ],
  [
    'a destination',
    (arn) => create({ EventSourceArn: arn, DestinationConfig: { OnFailure: { Destination: arn } } }),
    invalid,
    400,
    () => 'Unsupported DestinationConfig parameter for given event source mapping type.',
  ],
  ...['null', '"text"', '{"body":"text"}', '{"body":{}}'].map((Pattern): (typeof refusals)[number] => [
    `the filter ${Pattern}`,
    (EventSourceArn) => create({ EventSourceArn, FilterCriteria: { Filters: [{ Pattern }] } }),
    invalid,
    400,
    () => 'Invalid filter pattern definition.',
  ]),
  [
    'a maximum of one',
    (EventSourceArn) => create({ EventSourceArn, ScalingConfig: { MaximumConcurrency: 1 } }),
    'ValidationException',
    400,
    () =>
      "1 validation error detected: Value '1' at 'scalingConfig.maximumConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 2",
  ],
  [
    'large batches without a window',
    (EventSourceArn) => create({ EventSourceArn, BatchSize: 11 }),
    invalid,
    400,
    () => 'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
  ],
  [
    'a stream',
    () => create({ EventSourceArn: 'arn:aws:kinesis:us-east-1:111122223333:stream/s' }),
    'NotImplemented',
    501,
    () => 'Event source mappings of this cloud read from SQS queues and from streams of DynamoDB.',
  ],
  [
    'no mapping',
    () => state(fresh('id')),
    'ResourceNotFoundException',
    404,
    () => 'The resource you requested does not exist.',
  ],
];

test.each(refusals)('refuses: %s', async (_, call, code, status, message) => {
  const { arn } = await queue();
  expect(await refusal(call(arn))).toMatchObject({ name: code, status, message: message(arn) });
});

test('refuses a second mapping of the same queue and function', async () => {
  const { arn } = await queue();
  const { UUID } = await create({ EventSourceArn: arn });
  expect(await refusal(create({ EventSourceArn: arn }))).toMatchObject({
    name: 'ResourceConflictException',
    status: 409,
    message: `An event source mapping with SQS arn (" ${arn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
  });
});
