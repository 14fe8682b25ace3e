/** What Lambda refuses of aliases, and of who may call what, and what it says then: AWS's codes, statuses and words. */
import * as api from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { refusal } from '../../testing.ts';
import {
  alias,
  arn,
  forbid,
  invalid,
  matching,
  missing,
  name,
  one,
  permit,
  policy,
  type Refusals,
  status,
  useFunction,
  validation,
  WEIGHT,
  weights,
} from './function-testing.ts';
import { functionArn, t } from './testing.ts';

useFunction();

const refusals: Refusals = [
  [
    'an alias that is a number',
    () => alias({ Name: '2024' }),
    validation,
    () => one("'2024'", 'name', matching('(?!^[0-9]+$)([a-zA-Z0-9-_]+)')),
  ],
  [
    'an alias of nobody',
    () => alias({ FunctionName: 'nobody' }),
    missing,
    () => `Function not found: ${functionArn('nobody')}:1`,
  ],
  ['an alias of no version', () => alias({ FunctionVersion: '10' }), missing, () => `Function not found: ${arn('10')}`],
  [
    'weights of two versions',
    () => weights({ '1': 0.1, '2': 0.1 }),
    invalid,
    () => 'Number of items in AdditionalVersionWeights cannot be greater than 1',
  ],
  [
    'a large weight',
    () => weights({ '2': 2 }),
    validation,
    () => one("'{2=2.0}'", 'routingConfig.additionalVersionWeights', WEIGHT),
  ],
  [
    'a weight below zero',
    () => weights({ '2': -1 }),
    validation,
    () => one("'{2=-1.0}'", 'routingConfig.additionalVersionWeights', WEIGHT),
  ],
  [
    'a weight of $LATEST',
    () => weights({ $LATEST: 0.5 }),
    validation,
    () =>
      one(
        "'{$LATEST=0.5}'",
        'routingConfig.additionalVersionWeights',
        'Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]',
      ),
  ],
  [
    'a weight of the same version',
    () => weights({ '1': 0.5 }),
    invalid,
    () => 'Invalid function version 1. Function version 1 is already included in routing configuration.',
  ],
  ['a weight of no version', () => weights({ '10': 0.5 }), missing, () => `Function not found: ${arn('10')}`],
  [
    '$LATEST beside a weight',
    () => alias({ FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { '1': 0.5 } } }),
    invalid,
    () => '$LATEST is not supported for an alias pointing to more than 1 version',
  ],
  [
    'to update no alias',
    () => t.lambda.send(new api.UpdateAliasCommand({ FunctionName: name, Name: 'none' })),
    missing,
    () => `Alias not found: ${arn('none')}`,
  ],
  [
    'an odd statement',
    () => permit({ StatementId: 'example.com' }),
    validation,
    () => one("'example.com'", 'statementId', matching('([a-zA-Z0-9-_]+)')),
  ],
  [
    'a policy for $LATEST',
    () => permit({ Qualifier: '$LATEST' }),
    invalid,
    () => 'We currently do not support adding policies for $LATEST.',
  ],
  [
    'an odd principal',
    () => permit({ Principal: 'invalid.nonaws.com' }),
    invalid,
    () => 'The provided principal was invalid. Please check the principal and try again.',
  ],
  [
    'to permit nobody',
    () => permit({ FunctionName: 'nobody' }),
    missing,
    () => `Function not found: ${functionArn('nobody')}`,
  ],
  ['to permit no alias', () => permit({ Qualifier: 'none' }), missing, () => `Cannot find alias arn: ${arn('none')}`],
  ['to permit no version', () => permit({ Qualifier: '42' }), missing, () => `Function not found: ${arn('42')}`],
  [
    'to permit neither',
    () => permit({ Qualifier: 'with-$-in-it' }),
    missing,
    () => `Function not found: ${arn('with-$-in-it')}`,
  ],
  ['no policy of nobody', () => policy('nobody'), missing, () => 'The resource you requested does not exist.'],
  ['no policy', () => policy(name, '1'), missing, () => 'The resource you requested does not exist.'],
  [
    'to forbid nobody',
    () => forbid({ FunctionName: 'nobody' }),
    missing,
    () => `No policy found for: ${functionArn('nobody')}`,
  ],
  ['to forbid no alias', () => forbid({ Qualifier: 'none' }), missing, () => `Cannot find alias arn: ${arn('none')}`],
  [
    'to forbid what nobody permitted',
    () => forbid(),
    missing,
    () => 'No policy is associated with the given resource.',
  ],
];

test.each(refusals)('refuses %s', async (_, call, code, message) => {
  expect(await refusal(call())).toEqual({ name: code, status: status[code], message: message() });
});
