/**
 * What AWS's runtime brings along: the SDK, bundled, and the runtime clients, Node's and Python's. Built once for each set
 * of versions and kept in node_modules/.cache, so that a cold start reads a handful of files.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Once } from '../../../core/late.ts';
import { bundleClients, SHARED } from './bundles.ts';
import { CLIENTS, HTTP2 } from './sdk-bundle.mjs';

/** Names of the packages in the layer. */
const PACKAGES = CLIENTS.map((name) => `@aws-sdk/client-${name}`);
const run = promisify(execFile);
const require = createRequire(import.meta.url);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const MODULES = here('../../../../node_modules');

const layer = new Once(make);

/** The folder that appears as `node_modules` beside a function's code; the runtime client is in it, at `.runtime/`. */
export const runtimeLayer = (): Promise<string> => layer.get();

/** Makes V8's code caches where they are missing: once for each version of Node. */
async function prepare(layer: string): Promise<void> {
  const cache = `${process.version}-${process.arch}.cache`;
  if ([SHARED, ...PACKAGES].every((name) => existsSync(join(layer, name, cache)))) return;
  const words = [here('./prepare.cjs'), layer, ...PACKAGES];
  const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  await run(process.execPath, words, { env, timeout: 60_000 });
}

async function make(): Promise<string> {
  const bootstraps = ['bootstrap.mjs', 'bootstrap.py'];
  const sources = { client: here('./client.cjs'), prepare: here('./prepare.cjs') };
  const versions = await Promise.all(
    PACKAGES.map(async (name) => (JSON.parse(await readFile(manifestOf(name), 'utf8')) as { version: string }).version),
  );
  const how = [here('./layer.ts'), here('./bundles.ts'), here('./sdk-bundle.mjs'), HTTP2];
  // Whose own packages, too, are in it: what is installed is known by npm's list of it.
  const installed = join(MODULES, '.package-lock.json');
  const read = [...how, ...Object.values(sources), ...bootstraps.map((name) => here(`./${name}`)), installed];
  const contents = await Promise.all(read.map((path) => readFile(path, 'utf8')));
  const id = createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, 16);
  const cache = join(MODULES, '.cache/serverless-workbook');
  const folder = join(cache, `runtime-${id}`);
  if (existsSync(folder)) {
    // Without caches a cold start is slower, and that is all.
    await prepare(folder).catch(() => undefined);
    return folder;
  }

  // One by one: Node's `recursive` says that nothing is there where one may not write.
  for (const place of [dirname(cache), cache]) {
    await mkdir(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  const making = await mkdtemp(join(cache, 'making-'));
  try {
    // Needed once for each set of versions: most runs go without.
    const { build } = await import('esbuild');
    const entries = new Map(PACKAGES.map((name) => [name, require.resolve(name)]));
    await bundleClients(build, { entries, root: dirname(MODULES), outdir: making, place: relative(MODULES, folder) });
    await copyFile(sources.client, join(making, SHARED, 'index.cjs'));
    await Promise.all(
      PACKAGES.map(async (name, index) => {
        const place = join(making, name);
        await copyFile(sources.client, join(place, 'index.cjs'));
        await writeFile(join(place, 'package.json'), JSON.stringify(manifest(name, versions[index]!)));
      }),
    );
    await prepare(making);
    for (const name of bootstraps) await copyFile(here(`./${name}`), join(making, '.runtime', name));
    await chmod(making, 0o755);
    // Whoever is first wins; a second one's work is the same and is thrown away.
    await rename(making, folder).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

const manifest = (name: string, version: string) => ({
  name,
  version,
  main: './index.cjs',
  exports: { '.': { import: './index.mjs', default: './index.cjs' }, './package.json': './package.json' },
});

const manifestOf = (name: string): string => join(MODULES, name, 'package.json');
