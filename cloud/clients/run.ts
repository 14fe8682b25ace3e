/**
 * `npm run clients`: clients that nobody here wrote work against `npm run cloud`. The cloud is started as a person starts it;
 * boto3 and the AWS CLI come from PyPI, into a folder of their own.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { check, counts, failed, passed, skipped } from './report.ts';
import { checkSdk } from './sdk.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ROOT = here('../../');
/** Set where nothing may be skipped. */
const required = process.env.WORKBOOK_REQUIRE_PYTHON === '1';

/** What services with two protocols are asked by older clients. */
const BY_QUERY = ['queues', 'topics', 'metrics', 'alarms'];

/** The cloud as `npm run cloud` serves it; its first line is its address. */
async function startCloud(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [join(ROOT, 'workbook/bin/cloud.mjs'), 'port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, WORKBOOK_CHILD: '1' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('close', (code) =>
      reject(new Error(`npm run cloud ended with ${code} before it had said its address.`)),
    );
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** A virtual environment with the packages that a file pins; made once. Without it where there is no Python, or no way to PyPI. */
function python(pinned: string): { bin: string } | { why: string } {
  if (spawnSync('python3', ['-c', 'import venv, ensurepip']).status !== 0) {
    return { why: 'there is no Python 3 with venv here (Debian: apt-get install python3-venv)' };
  }
  const requirements = here(pinned);
  const id = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(ROOT, '.workbook/clients', id);
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return { bin: join(folder, 'bin') };
  console.log(`Installing Python packages (${pinned}) …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(ROOT, '.workbook/clients'), { recursive: true });
  const made = spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' });
  if (made.status !== 0) return { why: `python3 -m venv failed: ${made.stderr.trim()}` };
  const pip = spawnSync(
    join(folder, 'bin/pip'),
    ['install', '--quiet', '--disable-pip-version-check', '-r', requirements],
    { encoding: 'utf8' },
  );
  if (pip.status !== 0) return { why: `pip could not install them: ${pip.stderr.trim().split('\n').at(-1)}` };
  mkdirSync(`${ready}.making`);
  renameSync(`${ready}.making`, ready);
  return { bin: join(folder, 'bin') };
}

/** Runs a script that prints `ok NAME` and `not ok NAME: WHY`, and counts what it says. */
async function runScript(program: string, words: readonly string[], env: Record<string, string>): Promise<void> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    const [, bad, name = '', why = ''] = /^(not )?ok ([^:]+: [^:]+?)(?:: (.*))?$/.exec(line) ?? [];
    if (name === '') console.log(line);
    else if (bad) failed(name, why);
    else passed(name);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) failed(words[0] ?? program, `it ended with exit code ${code}`);
}

let cloud: Awaited<ReturnType<typeof startCloud>> | undefined;
const work = mkdtempSync(join(tmpdir(), 'workbook-clients-'));
const end = async (): Promise<void> => {
  await cloud?.stop();
  rmSync(work, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void end().then(() => process.exit(130)));

await check('npm run cloud says its address and answers', async () => {
  cloud = await startCloud();
  const health = (await (await fetch(`${cloud.url}/_cloud/health`)).json()) as { status: string };
  if (health.status !== 'ok') throw new Error(JSON.stringify(health));
});
if (cloud) {
  await checkSdk(cloud.url);
  const [today, older] = [python('requirements.txt'), python('requirements-old.txt')];
  if ('why' in today) {
    for (const name of ['boto3', 'the AWS CLI']) (required ? failed : skipped)(name, today.why);
  } else {
    await runScript(join(today.bin, 'python'), [here('./boto.py'), cloud.url, '333344445555'], {});
    await runScript('sh', [here('./cli.sh'), work], { AWS: join(today.bin, 'aws'), AWS_ENDPOINT_URL: cloud.url });
  }
  if ('why' in older) (required ? failed : skipped)('a boto3 that speaks Query', older.why);
  else await runScript(join(older.bin, 'python'), [here('./boto.py'), cloud.url, '444455556666', ...BY_QUERY], {});
}
await end();
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
