/**
 * The SDK as the built programs use it: every package of it that they name in one file, with one core, run from V8's code
 * cache. File by file it takes three times as long to load. Made once for each set of packages and kept in node_modules/.cache.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLING, CLIENTS } from '../cloud/services/lambda/runtime/sdk-bundle.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const RUNTIME = 'cloud/services/lambda/runtime';
const CACHE = join(ROOT, 'node_modules/.cache/serverless-workbook');
const NAMES = [
  ...CLIENTS.map((name) => `@aws-sdk/client-${name}`),
  '@aws-sdk/checksums/crc',
  '@aws-sdk/core/protocols',
  '@smithy/core/cbor',
  '@smithy/core/checksum',
  '@smithy/core/protocols',
  '@smithy/core/schema',
  '@smithy/signature-v4',
];
/** Each package, by a function that loads it. */
const SOURCE = `module.exports = {${NAMES.map((name) => `'${name}': () => require('${name}')`).join()}};`;

/** What decides how it is made, from the root. */
export const SDK_INPUTS = [
  'workbook/sdk.mjs',
  'workbook/sdk-cache.cjs',
  ...['client.cjs', 'http2-later.cjs', 'sdk-bundle.mjs'].map((name) => `${RUNTIME}/${name}`),
  'node_modules/.package-lock.json',
];

/** Where it is, or has to be made: another place for each set of packages. */
export function placeOfSdk() {
  const hash = createHash('sha256');
  for (const path of SDK_INPUTS) hash.update(readFileSync(join(ROOT, path)));
  return join(CACHE, `sdk-${hash.digest('hex').slice(0, 16)}`);
}

/** Makes what is missing of it. */
export async function makeSdk(folder, esbuild) {
  if (!existsSync(folder)) await bundle(folder, esbuild);
  execFileSync(process.execPath, [join(ROOT, 'workbook/sdk-cache.cjs'), folder], {
    env: {},
    stdio: 'ignore',
    timeout: 60_000,
  });
}

async function bundle(folder, esbuild) {
  // What is left here by who was killed is removed with the programs' old builds.
  const making = join(CACHE, 'programs', `making-${randomUUID()}`);
  try {
    await esbuild.build({
      ...BUNDLING,
      stdin: { contents: SOURCE, resolveDir: ROOT },
      outfile: join(making, 'bundle.cjs'),
    });
    copyFileSync(join(ROOT, RUNTIME, 'client.cjs'), join(making, 'index.cjs'));
    try {
      renameSync(making, folder);
    } catch (error) {
      // Who else has made it meanwhile has made the same.
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}
