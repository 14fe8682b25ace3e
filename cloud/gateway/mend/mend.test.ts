/** The mends without LocalStack: what each asks before a call goes on, and what is asked in the call's place. */
import { describe, expect, test } from 'vitest';
import type { Passage } from '../forward.ts';
import { pathOfAlias } from './alias.ts';
import { MappingsGone } from './mappings.ts';
import { Published } from './publish.ts';

const BASE = '/2015-03-31/functions/f';

/** Answers what it knows, and nothing else. */
const passage = (
  answers: Readonly<Record<string, unknown>>,
  query: Readonly<Record<string, string>> = {},
): Passage => ({
  query: (name) => query[name],
  ask: async <T>(path: string) => answers[path] as T | undefined,
});

describe('the configuration of an alias', () => {
  const known = { [`${BASE}/aliases/live`]: { FunctionVersion: '7' } };
  const asked = (Qualifier: string | undefined, operation = 'GetFunctionConfiguration') =>
    pathOfAlias(
      { service: 'lambda', operation, resource: 'f' },
      passage(known, Qualifier === undefined ? {} : { Qualifier }),
    );

  test('is its version’s', async () => {
    expect(await asked('live')).toBe(`${BASE}/configuration?Qualifier=7`);
  });

  test.each<[string | undefined, string]>([
    [undefined, 'nothing is qualified'],
    ['3', 'it is a version'],
    ['$LATEST', 'it is the draft'],
    ['none', 'there is no such alias'],
  ])('%s stays as it is: %s', async (qualifier, _) => {
    expect(await asked(qualifier)).toBeUndefined();
  });

  test('other operations stay as they are', async () => {
    expect(await asked('live', 'GetFunction')).toBeUndefined();
  });
});

describe('a list of event source mappings', () => {
  const mapping = (UUID: string, State: string) => ({ UUID, State, BatchSize: 10 });
  const known = { '/2015-03-31/event-source-mappings/known': mapping('known', 'Deleting') };

  test('loses one that the engine has not known for longer than deleting takes, and no other', async () => {
    let now = 0;
    const gone = new MappingsGone(() => now);
    const all = [mapping('one', 'Enabled'), mapping('known', 'Deleting'), mapping('left', 'Deleting')];
    const listed = async (): Promise<unknown> =>
      JSON.parse(
        (
          await gone.without(Buffer.from(JSON.stringify({ EventSourceMappings: all, NextMarker: 'n' })), passage(known))
        ).toString('utf8'),
      );
    expect(await listed()).toEqual({ EventSourceMappings: all, NextMarker: 'n' });
    now = 89_999;
    expect(await listed()).toEqual({ EventSourceMappings: all, NextMarker: 'n' });
    now = 90_000;
    expect(await listed()).toEqual({ EventSourceMappings: all.slice(0, 2), NextMarker: 'n' });
  });

  test('stays as it is, to the letter, where nothing is left out', async () => {
    for (const text of ['{ "EventSourceMappings": [ {"UUID":"one", "State":"Enabled"} ] }', '{}', 'no JSON']) {
      const body = Buffer.from(text);
      expect(await new MappingsGone().without(body, passage({}))).toBe(body);
    }
  });
});

describe('publishing a version', () => {
  const arn = 'arn:aws:lambda:us-east-1:111122223333:function:f';
  const version = (Version: string, more: object = {}) => ({
    FunctionArn: `${arn}:${Version}`,
    Version,
    RevisionId: `revision of ${Version}`,
    CodeSha256: 'sha',
    MemorySize: 256,
    Description: '',
    Environment: { Variables: { STAGE: 'one' } },
    ...more,
  });
  const publish = (published: Published, Versions: readonly object[], body = '{}') =>
    published.unchanged({ service: 'lambda', operation: 'PublishVersion', resource: 'f' }, Buffer.from(body), {
      ...passage({ [`${BASE}/versions`]: { Versions } }),
    });
  const last = `${BASE}/configuration?Qualifier=10`;
  const before = [version('9', { MemorySize: 512 }), version('10')];

  test('answers the last one where nothing has changed, by number and not by letter', async () => {
    expect(await publish(new Published(), [version('$LATEST'), ...before])).toBe(last);
    expect(await publish(new Published(), [version('$LATEST'), ...before], '')).toBe(last);
  });

  test('answers the last one where a condition holds', async () => {
    for (const body of ['{"CodeSha256":"sha"}', '{"RevisionId":"revision of $LATEST"}']) {
      expect(await publish(new Published(), [version('$LATEST'), ...before], body)).toBe(last);
    }
  });

  test.each([
    ['the memory has', { MemorySize: 257 }],
    ['variables have', { Environment: { Variables: { STAGE: 'two' } } }],
    ['the code has', { CodeSha256: 'other' }],
    ['the description has', { Description: 'other' }],
  ])('goes on where %s changed', async (_, change) => {
    expect(await publish(new Published(), [version('$LATEST', change), ...before])).toBeUndefined();
  });

  test.each(['{"RevisionId":"r"}', '{"CodeSha256":"s"}', '{', 'null'])(
    'goes on where the engine has to refuse %s',
    async (body) => {
      expect(await publish(new Published(), [version('$LATEST'), ...before], body)).toBeUndefined();
    },
  );

  test('goes on where there is no version, or no function', async () => {
    expect(await publish(new Published(), [version('$LATEST')])).toBeUndefined();
    expect(await publish(new Published(), [])).toBeUndefined();
  });

  test('a description that a version was given is no change of the function’s', async () => {
    const published = new Published();
    const draft = version('$LATEST', { Description: 'of the function' });
    expect(await publish(published, [draft], '{"Description":"of the version"}')).toBeUndefined();
    const made = version('1', { Description: 'of the version' });
    expect(await publish(published, [draft, made])).toBe(`${BASE}/configuration?Qualifier=1`);
    expect(await publish(published, [version('$LATEST'), made])).toBeUndefined();
  });
});
