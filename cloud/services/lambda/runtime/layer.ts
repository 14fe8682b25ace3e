/**
 * What AWS's runtime brings along: the SDK, bundled one file per client, and the runtime client. Built once for each set
 * of versions and kept in node_modules/.cache, so that a cold start reads a handful of files.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const CLIENTS = ['s3', 'sqs', 'lambda', 'cloudwatch-logs', 'iam', 'sts', 'ec2'];
const require = createRequire(import.meta.url);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ROOT = here('../../../../');

let made: Promise<string> | undefined;

/** The folder that appears as `node_modules` beside a function's code; the runtime client is in it, at `.runtime/`. */
export const runtimeLayer = (): Promise<string> => {
  made ??= build_().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
};

async function build_(): Promise<string> {
  const bootstrap = here('./bootstrap.mjs');
  const packages = CLIENTS.map((name) => `@aws-sdk/client-${name}`);
  const versions = await Promise.all(
    packages.map(async (name) => (JSON.parse(await readFile(manifestOf(name), 'utf8')) as { version: string }).version),
  );
  const id = createHash('sha256')
    .update(JSON.stringify([packages, versions, await readFile(bootstrap, 'utf8')]))
    .digest('hex')
    .slice(0, 16);
  const cache = join(ROOT, 'node_modules/.cache/serverless-workbook');
  const folder = join(cache, `runtime-${id}`);
  if (existsSync(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(join(cache, 'making-'));
  try {
    await build({
      entryPoints: packages.map((name) => ({ in: require.resolve(name), out: `${name}/index` })),
      outdir: making,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
      keepNames: true,
      logLevel: 'silent',
    });
    for (const [index, name] of packages.entries()) {
      const manifest = { name, version: versions[index], main: 'index.js' };
      await writeFile(join(making, name, 'package.json'), JSON.stringify(manifest));
    }
    await mkdir(join(making, '.runtime'));
    await copyFile(bootstrap, join(making, '.runtime/bootstrap.mjs'));
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

const manifestOf = (name: string): string => join(ROOT, 'node_modules', name, 'package.json');
