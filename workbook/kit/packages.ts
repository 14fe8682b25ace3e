/**
 * The packages that a lab's code may use, each bundled into one file: built once for each version and kept in
 * node_modules/.cache, so that saving a file does not mean reading some hundred others again.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { writeAtomic } from '../files.ts';
import { MODULES, ROOT } from '../paths.ts';

const CACHE = join(MODULES, '.cache/serverless-workbook');

/** Programs of their own: there is nothing in them to bundle. */
const PROGRAMS = ['esbuild'];

/**
 * A source map that maps nothing but the empty first line, so that a package's lines stay out of the map of the bundle: it
 * is a third of the size, and loads in half the time.
 */
const MAP = Buffer.from(JSON.stringify({ version: 3, sources: ['package'], mappings: 'AAAA' })).toString('base64');
export const unmapped = (code: string): string =>
  `\n${code}\n//# sourceMappingURL=data:application/json;base64,${MAP}\n`;

export interface Library {
  readonly name: string;
  /** Path of its one file. */
  readonly file: string;
}

const made = new Map<string, Promise<string>>();

/** Those of the packages that are libraries, with their files. */
export async function libraries(names: readonly string[]): Promise<readonly Library[]> {
  const files = await Promise.all(names.map(async (name) => ({ name, file: await packageFile(name) })));
  return files.filter((one): one is Library => one.file !== undefined);
}

/** A library as a package of one file. */
export async function packageOf({
  name,
  file,
}: Library): Promise<{ readonly code: string; readonly manifest: string }> {
  const { version } = JSON.parse(await readFile(join(MODULES, name, 'package.json'), 'utf8')) as { version: string };
  return { code: await readFile(file, 'utf8'), manifest: JSON.stringify({ name, version, exports: './index.mjs' }) };
}

/** A folder of these packages, each in one file, for scripts that bundle them in their turn. */
export async function packagesFolder(names: readonly string[]): Promise<string> {
  const there = await libraries(names);
  const id = createHash('sha256').update(JSON.stringify(there)).digest('hex').slice(0, 16);
  const folder = join(CACHE, `packages-${id}`);
  for (const library of there) {
    const place = join(folder, library.name);
    if (existsSync(join(place, 'package.json'))) continue;
    const { code, manifest } = await packageOf(library);
    await writeAtomic(join(place, 'index.mjs'), code);
    await writeAtomic(join(place, 'package.json'), manifest);
  }
  return folder;
}

/** Path of the package in one file. Undefined for what is no package of the workbook's, or no library. */
export async function packageFile(name: string): Promise<string | undefined> {
  if (PROGRAMS.includes(name) || !existsSync(join(MODULES, name, 'package.json'))) return undefined;
  let file = made.get(name);
  if (!file) {
    file = make(name);
    made.set(name, file);
  }
  return await file;
}

async function make(name: string): Promise<string> {
  const manifest = await readFile(join(MODULES, name, 'package.json'), 'utf8');
  const lock = await readFile(join(MODULES, '.package-lock.json'), 'utf8');
  const id = createHash('sha256').update('minified').update(manifest).update(lock).digest('hex').slice(0, 16);
  const file = join(CACHE, `${name.replaceAll('/', '+')}-${id}.mjs`);
  if (existsSync(file)) return file;
  const { outputFiles } = await build({
    stdin: { contents: await reexport(name), resolveDir: ROOT, loader: 'js' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Names inside of a package are nobody's here, and a fifth of what every cold start parses.
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  await writeAtomic(file, unmapped(outputFiles[0]!.text));
  return file;
}

/** Every name that the package exports, whichever of the two module systems it was written for. */
async function reexport(name: string): Promise<string> {
  const exports = Object.keys((await import(name)) as object);
  return `export { ${exports.filter((one) => one !== 'module.exports').join(', ')} } from ${JSON.stringify(name)};`;
}
