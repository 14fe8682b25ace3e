/**
 * Runs every client of a layer once, as a process of its own: writes V8's code cache for this Node, and, where it is missing,
 * the ES module that names what the client exports (Node would have to search half a million characters for the names).
 * `node prepare.cjs FOLDER CLIENT…`
 */
'use strict';
const { existsSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

process.env.CLOUD_MAKE_CACHE = '1';
const [folder, ...clients] = process.argv.slice(2);
/** The calls that labs make most. */
const CALLS = {
  GetObjectCommand: { Bucket: 'bucket', Key: 'key' },
  PutObjectCommand: { Bucket: 'bucket', Key: 'key', Body: 'body' },
  SendMessageCommand: { QueueUrl: 'http://127.0.0.1:1/1/queue', MessageBody: 'body' },
  GetFunctionConfigurationCommand: { FunctionName: 'name' },
  PutItemCommand: { TableName: 'name', Item: { id: { S: 'a' } } },
};

/** What a call runs is to be in the cache too: one that never leaves this process. */
async function exercise(sdk) {
  const [client] = Object.keys(sdk).filter((name) => /^(?!_).+Client$/.test(name) && name !== '__Client');
  const requestHandler = { handle: () => Promise.reject(new Error('No network is needed.')), metadata: {} };
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const made = new sdk[client]({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    maxAttempts: 1,
    credentials,
    requestHandler,
  });
  for (const [name, input] of Object.entries(CALLS))
    if (sdk[name]) await made.send(new sdk[name](input)).catch(() => undefined);
}

for (const client of clients) {
  const place = join(folder, client);
  const sdk = require(join(place, 'index.cjs'));
  void exercise(sdk);
  const names = Object.keys(sdk).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  const facade = join(place, 'index.mjs');
  if (existsSync(facade)) continue;
  const text = `import { createRequire } from 'node:module';\nexport const { ${names.join(', ')} } = createRequire(import.meta.url)('./index.cjs');\n`;
  writeFileSync(`${facade}.${process.pid}`, text);
  renameSync(`${facade}.${process.pid}`, facade);
}
