/**
 * Requests that nobody should send: each gets an answer in the shape of AWS's errors, or a proper one, and nothing crashes,
 * hangs or stays open. `FUZZ=10000 FUZZ_SEED=7 npm test tests` sends more of them, or the same ones again.
 */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCloud, type TestCloud } from '../testing.ts';
import { corpus } from './corpus.ts';
import { choices, mutate, type RawRequest } from './mutate.ts';

const REQUESTS = Number(process.env.FUZZ ?? 2000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const TOGETHER = 8;
/** Milliseconds after which an answer counts as none: a long poll on this clock is cut off by it. */
const PATIENCE = 20_000;

let test_: TestCloud;
let port: number;
const agent = new Agent({ keepAlive: true, maxSockets: TOGETHER });
beforeAll(async () => {
  test_ = await openTestCloud({ identity: 'open', held: false });
  port = Number(new URL(test_.cloud.url).port);
});
afterAll(async () => {
  agent.destroy();
  await test_.close();
});

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function send({ method, path, headers, body }: RawRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    outgoing.setTimeout(PATIENCE, () => outgoing.destroy(new Error(`No answer within ${PATIENCE} ms.`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** An error's code, from any of AWS's five forms. */
function codeOf({ headers, body }: Answered): string | undefined {
  const xml = (/<Error>.*?<Code>([\w.]+)<\/Code>/s.exec(body) ?? /^<(\w+Exception)\/>$/.exec(body))?.[1];
  if (xml) return xml;
  // CBOR has its code in the body, and the older one in a header.
  const type = headers['x-amzn-errortype'] ?? headers['x-amzn-query-error'];
  if (typeof type === 'string') return type;
  try {
    return (JSON.parse(body) as { __type?: string }).__type;
  } catch {
    return undefined;
  }
}

test(`${REQUESTS} requests changed at random (FUZZ_SEED=${SEED})`, async () => {
  const valid = await corpus(test_);
  expect(valid.length).toBeGreaterThan(35);
  const choose = choices(SEED);
  const wrong: string[] = [];
  const statuses = new Map<number, number>();
  let left = REQUESTS;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const changed = mutate(choose.pick(valid), choose);
      // What Node's own client refuses to send.
      const headers = Object.fromEntries(
        Object.entries(changed.headers).filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)),
      );
      const request = { ...changed, headers: { ...headers, 'content-length': String(changed.body.length) } };
      const told = `${request.method} ${request.path} ${Buffer.from(request.body).toString('utf8').slice(0, 300)}`;
      try {
        const answer = await send(request);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const shaped = request.method === 'HEAD' || answer.status < 400 || codeOf(answer) !== undefined;
        if (!shaped || answer.status === 500) wrong.push(`${answer.status} ${answer.body.slice(0, 200)}: ${told}`);
      } catch (error) {
        wrong.push(`${(error as Error).message}: ${told}`);
      }
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
  expect(wrong).toEqual([]);
  expect(test_.cloud.internalErrors).toEqual([]);
  expect([...statuses.keys()].filter((status) => status < 300)).not.toEqual([]);
  expect(statuses.get(400)).toBeGreaterThan(REQUESTS / 10);
  await test_.s3.send(new s3.ListBucketsCommand({}));
}, 600_000);

/** What comes back on a socket of one's own, until it is closed. */
function raw(...pieces: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    socket.on('close', () => resolve(said));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      ['EPIPE', 'ECONNRESET'].includes(error.code ?? '') ? resolve(said) : reject(error),
    );
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
}

const head = (line: string, ...headers: string[]): string => [line, 'host: 127.0.0.1', ...headers, '', ''].join('\r\n');
const chunked = ['content-encoding: aws-chunked', 'x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER'];

test.each<[string, readonly (string | Buffer)[], RegExp]>([
  ['headers of 10 MB', [`GET /inbox HTTP/1.1\r\nx: ${'a'.repeat(10_000_000)}\r\n\r\n`], /RequestHeaderSectionTooLarge/],
  ['no HTTP', ['\u0000\u0001 hello\r\n\r\n'], /^HTTP\/1\.1 400 [\s\S]*<Code>BadRequest<\/Code>/],
  [
    'a body that is shorter than announced',
    [head('PUT /inbox/a HTTP/1.1', 'content-length: 100'), 'short'],
    /<Code>IncompleteBody<\/Code>/,
  ],
  [
    'a chunk that is cut off',
    [head('PUT /inbox/a HTTP/1.1', 'content-length: 12', ...chunked), 'ff\r\nabcdefgh'],
    /<Code>IncompleteBody<\/Code>/,
  ],
  [
    'a chunk without a size',
    [head('PUT /inbox/a HTTP/1.1', 'content-length: 9', ...chunked), 'zz\r\nabc\r\n'],
    /<Code>\w+<\/Code>/,
  ],
  [
    'JSON that ends in the middle',
    [head('POST / HTTP/1.1', 'x-amz-target: AmazonSQS.ListQueues', 'content-length: 5'), '{"a":'],
    /"__type":"[^"]*SerializationException"/,
  ],
  [
    'XML that ends in the middle',
    [head('POST /inbox?delete HTTP/1.1', 'content-length: 8'), '<Delete>'],
    /<Code>MalformedXML<\/Code>/,
  ],
])('%s', async (_, pieces, expected) => {
  expect(await raw(...pieces)).toMatch(expected);
  expect(test_.cloud.internalErrors).toEqual([]);
});
