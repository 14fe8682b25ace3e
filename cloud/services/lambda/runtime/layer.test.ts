import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type ClientHttp2Session, createServer } from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runtimeLayer } from './layer.ts';
import { HTTP2 } from './sdk-bundle.mjs';

const run = promisify(execFile);

test('the layer’s clients are loaded without HTTP/2, and each of them can be made', async () => {
  const layer = await runtimeLayer();
  const clients = (await readdir(join(layer, '@aws-sdk'))).map((name) => join(layer, '@aws-sdk', name));
  const source = `
    for (const path of ${JSON.stringify(clients)}) {
      const sdk = require(path);
      const [name] = Object.keys(sdk).filter((name) => /^(?!_).+Client$/.test(name));
      console.log(new sdk[name]({ region: 'eu-central-1' }).constructor.name === name);
    }
    console.log(process.moduleLoadList.includes('NativeModule http2'));`;

  const { stdout } = await run(process.execPath, ['-e', source], {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });

  expect(clients.length).toBeGreaterThan(10);
  expect(stdout.trim().split('\n')).toEqual([...clients.map(() => 'true'), 'false']);
});

test('what clients have in common is loaded once, however many a program uses', async () => {
  const require = createRequire(join(await runtimeLayer(), 'index.js'));
  type Client = Readonly<Record<string, abstract new () => unknown>>;
  const [s3, sqs] = ['s3', 'sqs'].map((name) => require(`./@aws-sdk/client-${name}`) as Client);

  const base = (type: unknown): unknown => Object.getPrototypeOf(type);
  expect(base(base(s3!.S3ServiceException))).toBe(base(base(sqs!.SQSServiceException)));
});

test('HTTP/2 is there for who asks for it after all', async () => {
  const later = createRequire(import.meta.url)(HTTP2) as {
    readonly connect: (url: string) => ClientHttp2Session;
    readonly constants: Readonly<Record<string, string>>;
  };
  const server = createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = later.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const stream = session.request({ [later.constants.HTTP2_HEADER_PATH!]: '/asked' }).setEncoding('utf8');
    expect((await stream.toArray()).join('')).toBe('/asked');
  } finally {
    session.close();
    server.close();
  }
});
