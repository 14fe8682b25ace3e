import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runtimeLayer } from './layer.ts';

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
