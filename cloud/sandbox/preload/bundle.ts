/** The preload as one file: bundled once per version, because a sandboxed program sees nothing of our node_modules. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ROOT = here('../../../');

let made: Promise<string> | undefined;

/** Path of the bundled preload. */
export const preloadFile = (): Promise<string> => {
  made ??= make().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
};

async function make(): Promise<string> {
  const source = here('./preload.cjs');
  const parts = [source, ...['./localhost.cjs', './threads.cjs', './time-limits.cjs'].map(here)];
  const manifest = join(ROOT, 'node_modules/@sinonjs/fake-timers/package.json');
  const id = createHash('sha256')
    .update(Buffer.concat(await Promise.all(parts.map((path) => readFile(path)))))
    .update(await readFile(manifest))
    .digest('hex')
    .slice(0, 16);
  const cache = join(ROOT, 'node_modules/.cache/serverless-workbook');
  const file = join(cache, `preload-${id}.cjs`);
  if (existsSync(file)) return file;
  await mkdir(cache, { recursive: true });
  // Needed once for each version: most runs go without.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  const making = join(cache, `preload-${process.pid}-${Math.random().toString(36).slice(2)}`);
  await writeFile(making, outputFiles[0]!.contents);
  await rename(making, file);
  return file;
}
