/** `npm run lab doctor`: what this machine has, what it lacks, and what to do about it. */
import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pc from 'picocolors';
import { openCloud, SandboxUnavailable } from '#cloud';
import { findAnsible, NO_ANSIBLE } from '../../cloud/engine/embedded.ts';
import { findBrowser, installCommand } from '../../site/browser.ts';
import { ROOT } from '../paths.ts';

const run = promisify(execFile);

interface Finding {
  readonly ok: boolean | 'partly';
  readonly what: string;
  readonly help?: string;
}

/** True when grading works here; what is missing beside that is named and does not count. */
export async function doctor(): Promise<{ text: string; ok: boolean }> {
  const findings = [...(await required()), ...(await optional())];
  const lines = findings.map(({ ok, what, help }) => {
    const sign = ok === true ? pc.green('✓') : ok === 'partly' ? pc.yellow('○') : pc.red('✗');
    return `${sign} ${what}${help ? `\n    ${help}` : ''}`;
  });
  return { text: lines.join('\n'), ok: findings.every(({ ok }) => ok !== false) };
}

async function required(): Promise<Finding[]> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  const node: Finding =
    major >= 22
      ? { ok: true, what: `Node ${process.versions.node}` }
      : {
          ok: 'partly',
          what: `Node ${process.versions.node}`,
          help: 'It works. New versions of the AWS SDK need Node 22 from January 2027 on; this workbook pins one that does not.',
        };
  const windows = process.platform === 'win32';
  const system: Finding = windows
    ? { ok: false, what: 'Windows', help: 'The labs need WSL2: https://learn.microsoft.com/windows/wsl/install' }
    : { ok: true, what: `${process.platform} ${process.arch}` };
  return [node, system, await writable(), await sandbox('process')];
}

async function optional(): Promise<Finding[]> {
  const browser = await findBrowser();
  const python = await run('python3', ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  const sealed = await sandbox('sealed');
  return [
    { ...sealed, ok: sealed.ok === false ? 'partly' : sealed.ok },
    browser
      ? { ok: true, what: `a browser for the tests of the book: ${browser}` }
      : { ok: 'partly', what: 'no browser for the tests of the book', help: installCommand() },
    python
      ? { ok: true, what: `${python} for Lambda functions in Python, and the tests with boto3 and the AWS CLI` }
      : {
          ok: 'partly',
          what: 'no Python: Lambda functions in Python do not run, and npm test skips boto3 and the AWS CLI',
        },
    ansible(),
  ];
}

/** Looked for where instances look: it is they who run it. */
function ansible(): Finding {
  const found = findAnsible();
  if (found) return { ok: true, what: `ansible-playbook for step 4.4: ${found}` };
  const elsewhere = findAnsible(process.env.PATH);
  const install =
    process.platform === 'darwin'
      ? 'brew install ansible'
      : 'sudo apt-get install ansible-core, or pipx install ansible-core';
  const link = (path: string) => `sudo ln -s ${path} /usr/local/bin/`;
  const brewed = `; then ${link('"$(command -v ansible-playbook)"')}`;
  return {
    ok: 'partly',
    what: `step 4.4 cannot be graded: ${NO_ANSIBLE}`,
    help: elsewhere ? link(elsewhere) : `${install}${brewed}`,
  };
}

async function writable(): Promise<Finding> {
  try {
    await access(ROOT, constants.W_OK);
    await rm(await mkdtemp(join(tmpdir(), 'workbook-doctor-')), { recursive: true });
    return { ok: true, what: 'the workbook and the temporary folder can be written' };
  } catch (error) {
    return {
      ok: false,
      what: `cannot write: ${error instanceof Error ? error.message : String(error)}`,
      help: 'Clone the workbook into a folder of yours.',
    };
  }
}

async function sandbox(name: 'process' | 'sealed'): Promise<Finding> {
  try {
    const cloud = await openCloud({ identity: 'checked', sandbox: name, held: true });
    const { freeze, network, user } = (await cloud.sandbox()).capabilities;
    await cloud.close();
    return {
      ok: freeze === 'exact' ? true : 'partly',
      what: `sandbox ${name}: freeze ${freeze}, network ${network}, user ${user}`,
      ...(freeze === 'exact'
        ? {}
        : { help: 'Processes that a function leaves behind may be missed; on Linux with user namespaces none is.' }),
    };
  } catch (error) {
    if (error instanceof SandboxUnavailable) return { ok: false, what: `no sandbox ${name}`, help: error.message };
    return { ok: false, what: `sandbox ${name}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
