/**
 * What people start, as built JavaScript: the TypeScript of a program in a few files, made with esbuild whenever a source has
 * changed and kept in node_modules/.cache. Loading a hundred files one by one through a compiler takes ten times as long.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isAlive } from './alive.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(ROOT, 'node_modules/.cache/serverless-workbook/programs');
/** They share most of their files. */
const PROGRAMS = ['workbook/cli/main.ts', 'workbook/start/main.ts', 'cloud/main.ts'];
/** Small packages of which little is used. The others are loaded as they are. */
const INSIDE = ['fflate', 'picocolors', 'zod'];
/** All of these come in one file. */
const SDK = /^@(aws-sdk|smithy)\//;
/** `require('@aws-sdk/…')`, and `import` of the same, but not as a type. */
const REQUIRED = /\brequire\(('@(?:aws-sdk|smithy)\/[^']+')\)/g;
const LATER = /(?<!typeof )\bimport\(('@(?:aws-sdk|smithy)\/[^']+')\)/g;
/** Milliseconds for which a build that is not the last one stays. */
const OLD = 24 * 3600 * 1000;

/**
 * Path of the built program, or undefined where it is none of these, or cannot be built here: a source does not parse, or
 * the cache cannot be written. Then it has to be loaded as TypeScript, which says what is wrong.
 */
export async function programOf(file) {
  if (!PROGRAMS.includes(file)) return undefined;
  try {
    const folder = current() ?? (await build());
    use(folder);
    return join(folder, file.replace(/\.ts$/, '.mjs'));
  } catch {
    return undefined;
  }
}

/** The last build, if everything that went into it is as it was. */
function current() {
  const pointer = join(CACHE, 'current.json');
  if (!existsSync(pointer)) return undefined;
  const { root, key, sdk, inputs } = JSON.parse(readFileSync(pointer, 'utf8'));
  // What is built names files by their whole paths: moved or copied, it has to be built anew.
  if (root !== ROOT || !hasSdk(sdk) || inputs.some(([path, state]) => stateOf(path) !== state)) return undefined;
  const folder = join(CACHE, key);
  return existsSync(folder) ? folder : undefined;
}

/** Is the SDK of the built programs there, with a code cache for this Node? */
const hasSdk = (folder) => folder !== undefined && existsSync(join(folder, `${process.version}-${process.arch}.cache`));

function stateOf(path) {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : 'absent';
}

async function build() {
  const [esbuild, { makeSdk, placeOfSdk, SDK_INPUTS }] = await Promise.all([import('esbuild'), import('./sdk.mjs')]);
  const making = join(CACHE, `making-${randomUUID()}`);
  const sdk = placeOfSdk();
  try {
    if (!hasSdk(sdk)) await makeSdk(sdk, esbuild);
    const { metafile } = await esbuild.build({
      absWorkingDir: ROOT,
      entryPoints: PROGRAMS,
      outdir: making,
      outbase: ROOT,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      // An internal error is to name the line of the source.
      sourcemap: 'linked',
      sourcesContent: false,
      metafile: true,
      banner: {
        js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${JSON.stringify(import.meta.url)}); const __sdk = (name) => require(${JSON.stringify(join(sdk, 'index.cjs'))})[name]();`,
      },
      logLevel: 'silent',
      plugins: [asIfInPlace],
    });
    // This file, the packages and how names are resolved decide as well.
    const others = ['workbook/program.mjs', 'package.json', ...SDK_INPUTS];
    const own = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules'));
    const inputs = [...own, ...others].map((path) => [path, stateOf(path)]);
    const key = createHash('sha256')
      .update(JSON.stringify([ROOT, inputs]))
      .digest('hex')
      .slice(0, 16);
    const folder = join(CACHE, key);
    if (!existsSync(folder)) renameSync(making, folder);
    const pointer = join(CACHE, `pointer-${randomUUID()}`);
    writeFileSync(pointer, JSON.stringify({ root: ROOT, key, sdk, inputs }));
    renameSync(pointer, join(CACHE, 'current.json'));
    removeOld(folder);
    return folder;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function removeOld(folder) {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (path === folder || name === 'current.json' || Date.now() - statSync(path).mtimeMs < OLD) continue;
    if (!usersOf(path).some(isAlive)) rmSync(path, { recursive: true, force: true });
  }
}

/** Says that this process runs from a build: it loads some of it later, when it is needed. */
function use(folder) {
  const mark = (pid) => join(folder, `used-by-${pid}`);
  try {
    for (const pid of usersOf(folder)) if (!isAlive(pid)) rmSync(mark(pid), { force: true });
    writeFileSync(mark(process.pid), '');
  } catch {
    // Who cannot write there removes nothing either.
  }
}

const usersOf = (folder) =>
  statSync(folder).isDirectory()
    ? readdirSync(folder)
        .flatMap((name) => /^used-by-(\d+)$/.exec(name)?.[1] ?? [])
        .map(Number)
    : [];

/** Packages stay where they are, and so do plain JavaScript files and what `import.meta.url` says. */
const asIfInPlace = {
  name: 'as if in place',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./#]/ }, ({ kind, path }) => {
      if (kind === 'entry-point' || INSIDE.includes(path)) return undefined;
      if (SDK.test(path)) return { path, namespace: 'sdk' };
      return { path, external: true };
    });
    onLoad({ filter: /.*/, namespace: 'sdk' }, ({ path }) => ({
      contents: `module.exports = __sdk(${JSON.stringify(path)});`,
    }));
    onResolve({ filter: /^\..*\.[cm]js$/ }, ({ path, resolveDir }) =>
      resolveDir.includes('node_modules')
        ? undefined
        : { path: pathToFileURL(join(resolveDir, path)).href, external: true },
    );
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll(REQUIRED, '__sdk($1)')
        .replaceAll(LATER, 'Promise.resolve().then(() => __sdk($1))'),
    }));
  },
};
