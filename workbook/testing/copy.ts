/** For tests: a copy of the repository in a temporary folder, in which the program is driven as a person drives it. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { removeWhenWeDie } from '../../cloud/core/folder.ts';
import { MODULES, ROOT } from '../paths.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
  printed(): string;
}

export interface Options extends Pick<SpawnOptions, 'cwd' | 'uid' | 'gid'> {
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands before the command, as `unshare` does. */
  readonly before?: readonly string[];
}

export interface Copy {
  readonly root: string;
  /** The temporary folder of everything that runs in this copy. */
  readonly temporary: string;
  /** `npm run lab …` in a process group of its own, as a terminal starts it. */
  lab(words: string, options?: Options): Started;
  /** `npm start …`, likewise. */
  start(words: string, options?: Options): Started;
  /** `npm run lab …` without npm around it, to its end. */
  run(words: string, options?: Options): Promise<Ended>;
  read(path: string): Promise<string>;
  write(path: string, content: string): Promise<void>;
  json(path: string): Promise<unknown>;
  /** JSON files that cannot be parsed, and what a cloud has left in the temporary folder. What a killed writer was at, the next one removes. */
  leavings(): Promise<string[]>;
  remove(): Promise<void>;
}

/** What git does not keep, and git itself. */
const LEFT_OUT = /^(\.git|node_modules|\.workbook|site\/dist|labs\/[^/]+\/src|.*\.log)$/;

export function copyRepository(): Copy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workbook-copy-')));
  // Ctrl-C ends vitest without what comes after the tests. What waits for that is no process of the copy's.
  const dismiss = removeWhenWeDie(folder);
  const root = join(folder, 'copy');
  mkdirSync(root);
  // Another user, as whom a test runs the program, may look but not write.
  for (const place of [folder, root]) chmodSync(place, 0o755);
  cpSync(ROOT, root, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !LEFT_OUT.test(relative(ROOT, path)),
  });
  linkModules(join(root, 'node_modules'));
  // A lab with next to nothing in it, lab 7: what is tested is the program, and how it takes what learners do.
  const tiny = join(root, 'workbook/testing/tiny');
  for (const part of ['lab.json', 'starter', 'steps']) {
    cpSync(join(tiny, part), join(root, 'labs/07-tiny', part), { recursive: true });
  }
  cpSync(join(tiny, 'solution'), join(root, 'solutions/07-tiny'), { recursive: true });
  const temporary = join(root, '.temporary');
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);

  const start = (command: readonly string[], options: Options): Started => {
    const [program, ...words] = [...(options.before ?? []), ...command];
    const { environment = {}, before, ...more } = options;
    const child = spawn(program!, words, {
      cwd: root,
      env: environmentOf(temporary, environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...more,
    });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
      });
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...printed }));
    });
    return { child, ended, stdout: () => printed.stdout, printed: () => printed.stdout + printed.stderr };
  };
  const path = (name: string): string => join(root, name);
  return {
    root,
    temporary,
    lab: (words, options = {}) => start(['npm', 'run', '--silent', 'lab', ...wordsOf(words)], options),
    start: (words, options = {}) => start(['npm', 'start', '--silent', ...wordsOf(words)], options),
    run: (words, options = {}) => start([process.execPath, 'workbook/bin/lab.mjs', ...wordsOf(words)], options).ended,
    read: (name) => readFile(path(name), 'utf8'),
    write: (name, content) => writeFile(path(name), content),
    json: async (name) => JSON.parse(await readFile(path(name), 'utf8')) as unknown,
    async leavings() {
      const found = (await readdir(temporary)).filter((name) => !/^(tsx-|node-compile-cache)/.test(name));
      const state = path('.workbook');
      if (!existsSync(state)) return found;
      for (const name of await readdir(state, { recursive: true })) {
        if (!name.endsWith('.json')) continue;
        try {
          JSON.parse(await readFile(join(state, name), 'utf8'));
        } catch {
          found.push(name);
        }
      }
      return found;
    },
    async remove() {
      for (const place of ['', 'labs', ...readdirSync(path('labs')).map((lab) => join('labs', lab))]) {
        chmodSync(path(place), 0o755);
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      dismiss();
    },
  };
}

const wordsOf = (words: string): string[] => words.split(' ').filter((word) => word !== '');

/** Links to the installed packages, in a folder of its own: caches that are written there stay there. */
function linkModules(folder: string): void {
  mkdirSync(folder);
  for (const name of readdirSync(MODULES)) {
    if (!name.startsWith('.') || name === '.bin') symlinkSync(join(MODULES, name), join(folder, name));
  }
  cpSync(join(MODULES, '.package-lock.json'), join(folder, '.package-lock.json'), { preserveTimestamps: true });
  const cache = join(MODULES, '.cache/serverless-workbook');
  if (existsSync(cache)) cpSync(cache, join(folder, '.cache/serverless-workbook'), { recursive: true });
}

/** A plain environment: neither npm's variables nor the test runner's, which would change what is tested. */
function environmentOf(temporary: string, more: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, TMPDIR: temporary, LANG: 'C.UTF-8', ...more };
}

/** Waits until `look` finds something. Throws after `seconds` with what `told` says. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { seconds = 50, told = () => '' }: { seconds?: number; told?: () => unknown } = {},
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Waited ${seconds} s in vain: ${what}\n${JSON.stringify(await told(), null, 1)}`);
}

/** Without colours, and with blanks and line breaks made equal: for looking for sentences. */
export const flat = (text: string): string => stripVTControlCharacters(text).replaceAll(/\s+/g, ' ');
