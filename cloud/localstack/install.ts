/** LocalStack from PyPI in a virtual environment, and DynamoDB Local from Maven Central: fetched once, kept in node_modules/.cache. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { version } from './settings.ts';

const run = promisify(execFile);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Apart from what the workbook makes for itself: it is large, and tests copy that. */
const CACHE = here('../../node_modules/.cache/serverless-workbook-localstack');
const [PINS, POM] = [here('./pins.txt'), here('./pom.xml')];
/** LocalStack 4.14 is written in this Python. */
const OLDEST_PYTHON = '(3, 13)';

export interface Installed {
  readonly python: string;
  /** Folder of the jars of DynamoDB Local; undefined where they cannot be had. */
  readonly jars: string | undefined;
  /** What LocalStack may keep from one start to the next. */
  readonly cache: string;
}

/** A Python that is new enough; undefined where there is none. One installed by pyenv is found too. */
export async function findPython(): Promise<string | undefined> {
  const versions = join(homedir(), '.pyenv/versions');
  const others = existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, 'bin/python3')) : [];
  for (const program of ['python3', 'python3.14', 'python3.13', ...others]) {
    const asked = run(program, ['-c', `import sys; sys.exit(sys.version_info < ${OLDEST_PYTHON})`]);
    if (await worked(asked)) return program;
  }
  return undefined;
}

/** What is missing for DynamoDB, in words; undefined when nothing is. */
export async function missingForDynamoDb(): Promise<string | undefined> {
  const wanted = [
    ['Java 17', 'java', '-version'],
    ['Maven', 'mvn', '-version'],
  ] as const;
  const missing: string[] = [];
  for (const [name, program, word] of wanted) if (!(await worked(run(program, [word])))) missing.push(name);
  return missing.length > 0 ? missing.join(' and ') : undefined;
}

/** Fetches what is not there yet; says so by `tell`. Throws when pip or Maven fails. */
export async function install(python: string, tell: (line: string) => void): Promise<Installed> {
  const id = createHash('sha256').update(readFileSync(PINS)).digest('hex').slice(0, 12);
  const home = join(CACHE, `localstack-${version()}-${id}`);
  const ready = join(home, 'ready');
  const own = join(home, 'venv/bin/python');
  if (!existsSync(ready)) {
    tell(`Fetching LocalStack ${version()} from PyPI: about a minute, 500 MB, once.`);
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true });
    await said(python, ['-m', 'venv', join(home, 'venv')]);
    await said(own, ['-m', 'pip', 'install', '--quiet', `localstack-core[runtime]==${version()}`, '-c', PINS]);
    await writeFile(ready, '');
  }
  return { python: own, jars: await dynamoDb(tell), cache: join(home, 'cache') };
}

async function dynamoDb(tell: (line: string) => void): Promise<string | undefined> {
  const id = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  const jars = join(CACHE, `dynamodb-${id}`);
  const ready = join(jars, 'ready');
  if (existsSync(ready)) return jars;
  const missing = await missingForDynamoDb();
  if (missing) {
    tell(`There will be no DynamoDB: it needs ${missing}. Everything else works without.`);
    return undefined;
  }
  tell('Fetching DynamoDB Local from Maven Central: 50 MB, once.');
  await said('mvn', ['-q', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`]);
  await writeFile(ready, '');
  return jars;
}

const worked = (asked: Promise<unknown>): Promise<boolean> =>
  asked.then(
    () => true,
    () => false,
  );

/** Runs a program whose complaints people see. */
async function said(program: string, words: readonly string[]): Promise<void> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}.`))));
  });
  process.off('exit', kill);
}
