/**
 * Stands in front of every script and needs nothing installed: looks at Node, runs `npm ci` when node_modules is missing or
 * older than the lockfile, and only then loads the script itself, in this very process.
 */
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isAlive } from './alive.mjs';
import { endWithParent } from './parent.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST = [20, 19];

function fail(...lines) {
  console.error(lines.join('\n'));
  process.exit(2);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  fail(
    `The workbook needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}.`,
    'Get a newer one from https://nodejs.org, then run this command again.',
  );
}

/** Why the packages have to be installed, or undefined when they are there. */
function whyInstall() {
  const time = (path) => {
    try {
      return statSync(join(root, path)).mtimeMs;
    } catch {
      return undefined;
    }
  };
  // npm writes this file last: an installation that broke off has none.
  const installed = time('node_modules/.package-lock.json');
  if (installed === undefined) return 'The workbook’s packages are not installed yet.';
  if (installed >= time('package-lock.json')) return undefined;
  // A checkout sets new times: what counts is whether the versions differ.
  const versions = (path) =>
    JSON.stringify(
      Object.entries(JSON.parse(readFileSync(join(root, path), 'utf8')).packages)
        .filter(([name, { optional }]) => name !== '' && !optional)
        .map(([name, { version }]) => `${name}@${version}`)
        .sort(),
    );
  return versions('package-lock.json') === versions('node_modules/.package-lock.json')
    ? undefined
    : 'The workbook’s packages have changed since they were installed.';
}

function install() {
  if (!whyInstall()) return;
  const leave = enter();
  // Who was before us may have done it.
  const why = whyInstall();
  if (why) runNpm(why);
  leave();
}

/** Waits until nobody else installs here: a second `npm ci` would empty the folder that the first one fills. Returns what ends our turn. */
function enter() {
  const lock = join(root, '.workbook/installing');
  const own = `${lock}-${process.pid}`;
  for (let told = false; ; told = true) {
    try {
      mkdirSync(dirname(lock), { recursive: true });
      writeFileSync(own, String(process.pid));
      // There with what it says, or not at all.
      linkSync(own, lock);
      return () => rmSync(lock, { force: true });
    } catch (error) {
      // Where one may not write, npm says so better.
      if (error.code !== 'EEXIST') return () => undefined;
    } finally {
      rmSync(own, { force: true });
    }
    if (!isInstalling(lock)) rmSync(lock, { force: true });
    else if (!told) console.error('Another command installs the workbook’s packages. Waiting for it …');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

/** Is the one who took the turn still there? It may have been killed, or just be done. */
function isInstalling(lock) {
  try {
    return isAlive(Number(readFileSync(lock, 'utf8')));
  } catch {
    return false;
  }
}

function runNpm(why) {
  console.error(`${why} Running npm ci …`);
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
  const [program, ...words] = npm;
  const { status, error } = spawnSync(program, [...words, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  fail(
    `npm ci did not succeed${error ? `: ${error.message}` : '; its own message is above'}.`,
    'It needs the network once, and leave to write here. Then run this command again.',
  );
}

/** Loads a TypeScript file of the repository as this process's program: as built JavaScript, or by tsx. */
export async function launch(file) {
  checkNode();
  install();
  // `npm run lab doctor` says once what the SDK would say in every process.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  endWithParent();
  // Node 22 and newer keep what they have compiled.
  module.enableCompileCache?.(join(root, 'node_modules/.cache/serverless-workbook/compiled'));
  const { programOf } = await import('./program.mjs');
  const built = await programOf(file);
  if (built) return await import(pathToFileURL(built).href);
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(join(root, file)).href);
}
