/** What a function sees of a request to its URL, and a caller of its answer. */
import * as api from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { ECHO, FAILING, functionArn, t, useCloud } from '../testing.ts';
import { answer, published } from './testing.ts';

useCloud();

describe('a request', () => {
  test('reaches the function as payload format 2.0', async () => {
    const { url, name } = await published('exports.handler = async (event) => event;');
    const { status, body } = await answer(`${url}my/pa%2Fth?a=1&a=2&b=x%20y`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: 'one=1; two=2',
        'X-Custom': 'Weird CASE',
        'user-agent': 'test',
      },
      body: '{"foo":"ä"}',
    });
    expect(status).toBe(200);
    const [id] = new URL(url).hostname.split('.');
    const seen = JSON.parse(body);
    expect(seen).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/my/pa%2Fth',
      rawQueryString: 'a=1&a=2&b=x%20y',
      cookies: ['one=1', 'two=2'],
      headers: { 'content-type': 'application/json', 'x-custom': 'Weird CASE', host: new URL(url).host },
      queryStringParameters: { a: '1,2', b: 'x y' },
      requestContext: {
        accountId: 'anonymous',
        apiId: id,
        domainName: new URL(url).hostname,
        domainPrefix: id,
        http: { method: 'POST', path: '/my/pa%2Fth', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"foo":"ä"}',
      isBase64Encoded: false,
    });
    const entries = t.cloud.core.trace.entries();
    const call = entries.findLast(({ operation }) => operation === 'InvokeFunctionUrl')!;
    expect(call).toMatchObject({
      kind: 'call',
      accountId: t.accountId,
      service: 'lambda',
      resource: name,
      principal: '*',
    });
    expect(entries.find(({ cause }) => cause === call.id)).toMatchObject({
      operation: 'Invocation',
      detail: { requestId: seen.requestContext.requestId },
    });
  });

  test('without a body, a cookie or a query says nothing of them', async () => {
    const { url } = await published('exports.handler = async (event) => event;');
    const { body } = await answer(url);
    const seen = JSON.parse(body);
    for (const name of ['body', 'cookies', 'queryStringParameters']) expect(seen).not.toHaveProperty(name);
    expect(seen).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
  });

  test.each(['application/octet-stream', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])(
    'of type %s comes in base64',
    async (type) => {
      const { url } = await published(
        'exports.handler = async ({ body, isBase64Encoded }) => ({ body, isBase64Encoded });',
      );
      const { body } = await answer(url, { method: 'PUT', headers: { 'content-type': type }, body: 'a=b' });
      expect(JSON.parse(body)).toEqual({ body: Buffer.from('a=b').toString('base64'), isBase64Encoded: true });
    },
  );

  test('reaches the same URL by a path, for who cannot resolve names under localhost', async () => {
    const { url } = await published('exports.handler = async ({ rawPath }) => rawPath;');
    const [id] = new URL(url).hostname.split('.');
    expect(await answer(`${t.cloud.url}/_url/${id}/some/where`)).toMatchObject({ status: 200, body: '/some/where' });
    expect(await answer(`${t.cloud.url}/_url/${id}`)).toMatchObject({ body: '/' });
  });

  test('of more than 6 MB is refused', async () => {
    const { url } = await published(ECHO);
    const { status, body } = await answer(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x'.repeat(6 * 1024 * 1024),
    });
    expect([status, JSON.parse(body).message]).toEqual([
      413,
      'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    ]);
  });
});

describe('an answer', () => {
  /** Values and content lengths as AWS gave them for the same. */
  test.each<[string, unknown, number, string, number]>([
    ['an object', { hello: 'world' }, 200, '{"hello":"world"}', 17],
    ['a string', 'hello', 200, 'hello', 5],
    ['a list', ['hello', 3, true], 200, '["hello",3,true]', 16],
    ['a number', 3, 200, '3', 1],
    ['a fraction', 3.1, 200, '3.1', 3],
    ['a truth value', true, 200, 'true', 4],
    ['nothing', null, 200, 'null', 4],
    ['an HTTP answer', { statusCode: 200, body: 'body123' }, 200, 'body123', 7],
    ['an HTTP answer in JSON', { statusCode: '200', body: '{"hello": "world"}' }, 200, '{"hello": "world"}', 18],
    ['base64', { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi', 2],
    ['a status that is none', { statusCode: 'often', body: 'x' }, 502, 'Internal Server Error', 21],
  ])('of %s', async (_, value, status, body, length) => {
    const { url } = await published(`exports.handler = async () => (${JSON.stringify(value)});`);
    const seen = await answer(url);
    expect(seen).toMatchObject({ status, body });
    expect(seen.headers.get('content-length')).toBe(String(length));
    expect(seen.headers.get('content-type')).toBe('application/json');
    expect(seen.headers.get('x-amzn-requestid')).toMatch(/^[\w-]{36}$/);
  });

  test('has the function’s status, headers and cookies', async () => {
    const { url } =
      await published(`exports.handler = async () => ({ statusCode: 201, headers: { 'My-Header': 'a', 'Content-Type': 'text/plain' },
      cookies: ['a=1; Max-Age=5', 'b=2'], body: 'made' });`);
    const { status, headers, body } = await answer(url);
    expect([status, body, headers.get('my-header'), headers.get('content-type')]).toEqual([
      201,
      'made',
      'a',
      'text/plain',
    ]);
    expect(headers.getSetCookie()).toEqual(['a=1; Max-Age=5', 'b=2']);
  });

  test.each([
    ['fails', FAILING],
    ['runs out of time', 'exports.handler = () => new Promise(() => setTimeout(() => undefined, 60_000));'],
    ['ends its process', 'exports.handler = async () => process.exit(1);'],
  ])('of a function that %s is 502', async (_, source) => {
    const { url } = await published(source);
    expect(await answer(url)).toMatchObject({ status: 502, body: 'Internal Server Error' });
    expect(t.cloud.core.trace.entries().findLast(({ operation }) => operation === 'InvokeFunctionUrl')).toMatchObject({
      error: 'BadGateway',
    });
  });

  test('of a function without a right to run is 429', async () => {
    const { name, url } = await published(ECHO);
    await t.lambda.send(new api.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }));
    const { status, headers, body } = await answer(url);
    expect([status, headers.get('x-amzn-errortype'), JSON.parse(body)]).toEqual([
      429,
      'TooManyRequestsException',
      { Type: 'User', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', message: 'Rate Exceeded.' },
    ]);
  });
});

describe('other origins', () => {
  const Cors = {
    AllowOrigins: ['https://one.example', 'https://two.example'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['x-custom'],
    ExposeHeaders: ['date'],
    AllowCredentials: true,
    MaxAge: 300,
  };
  const cors = ({ headers }: { headers: Headers }) =>
    Object.fromEntries([...headers].filter(([name]) => /^access-control-|^vary$/.test(name)));

  test('are answered before the function, and with its answer', async () => {
    const { url, name } = await published(
      `exports.handler = async () => ({ statusCode: 200, headers: { 'access-control-allow-origin': 'https://own.example' } });`,
      { Cors },
    );
    const asked = await answer(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://two.example', 'access-control-request-method': 'POST' },
    });
    expect([asked.status, cors(asked)]).toEqual([
      200,
      {
        'access-control-allow-credentials': 'true',
        'access-control-allow-headers': 'x-custom',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-origin': 'https://two.example',
        'access-control-max-age': '300',
        vary: 'Origin',
      },
    ]);
    const runs = t.cloud.core.trace
      .entries()
      .filter(({ operation, resource }) => operation === 'Invocation' && resource === functionArn(name));
    expect(runs).toEqual([]);
    expect(cors(await answer(url, { headers: { origin: 'https://one.example' } }))).toEqual({
      'access-control-allow-credentials': 'true',
      'access-control-allow-origin': 'https://one.example',
      'access-control-expose-headers': 'date',
      vary: 'Origin',
    });
    expect(cors(await answer(url, { headers: { origin: 'https://three.example' } }))).toEqual({});
  });

  test('all of them are a star', async () => {
    const { url } = await published(ECHO, { Cors: { AllowOrigins: ['*'] } });
    expect(cors(await answer(url, { headers: { origin: 'https://any.example' } }))).toEqual({
      'access-control-allow-origin': '*',
    });
  });
});
