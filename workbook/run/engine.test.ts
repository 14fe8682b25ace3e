import { describe, expect, test } from 'vitest';
import { UserError } from '../files.ts';
import { addressOf, foreign } from './engine.ts';

const address = (cloud: string | undefined, allowRemote?: string) => () => addressOf({ cloud, allowRemote });

test.each([
  [undefined, undefined],
  ['', undefined],
  ['embedded', undefined],
  ['localstack', 'http://127.0.0.1:4566'],
  ['LocalStack', 'http://127.0.0.1:4566'],
  ['http://127.0.0.1:4570', 'http://127.0.0.1:4570'],
  ['http://localhost:4570/', 'http://localhost:4570'],
  ['http://[::1]:4570', 'http://[::1]:4570'],
])('CLOUD=%s is %s', (cloud, expected) => {
  expect(address(cloud)()).toBe(expected);
});

describe('never another machine by accident', () => {
  test.each([
    'https://s3.amazonaws.com',
    'http://192.168.1.7:4566',
    'http://127.0.0.1.example.org',
    'http://0.0.0.0:1',
  ])('%s needs a further word', (cloud) => {
    expect(address(cloud)).toThrow(/CLOUD_ALLOW_REMOTE=yes/);
    expect(address(cloud, '1')).toThrow(UserError);
    expect(address(cloud, 'yes')()).toBe(new URL(cloud).origin);
  });
});

test.each(['aws', 'localstack:4566', 'ftp://127.0.0.1', '127.0.0.1:4566'])('CLOUD=%s is no engine', (cloud) => {
  expect(address(cloud)).toThrow(/is no engine/);
});

test('where nothing answers, the command that helps is named', async () => {
  await expect(foreign('http://127.0.0.1:9')).rejects.toThrow('Nothing answers at http://127.0.0.1:9.');
});
