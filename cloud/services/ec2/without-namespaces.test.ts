/** Instances where the kernel gives no namespaces, as in most containers: here that is had by giving up the right to make any. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/setpriv');
const bench = fileURLToPath(new URL('./testing.ts', import.meta.url));

/** Launches each script and tells, after a while, what is on its console and how it is. */
async function launch(...scripts: string[]): Promise<{ console: string; state: string }[]> {
  const program = `
    import { openEc2Bench } from ${JSON.stringify(bench)};
    const bench = await openEc2Bench();
    const told = [];
    for (const script of ${JSON.stringify(scripts)}) {
      const id = await bench.launch(script);
      await bench.pass(10);
      told.push({ console: await bench.console(id), state: (await bench.look(id)).State.Name });
    }
    console.log(JSON.stringify(told));
    await bench.close();`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program];
  const { stdout } = await run('setpriv', ['--bounding-set', '-sys_admin', ...node], { timeout: 60_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as { console: string; state: string }[];
}

test.skipIf(!root)(
  'have no rights, a switch by its name, and none by its path',
  async () => {
    const [own, byPath] = await launch(
      '#!/bin/sh\nid -u; id -G; sudo shutdown -h now',
      '#!/bin/sh\necho begun\nsudo /sbin/poweroff',
    );
    expect(own).toEqual({ console: '65534\n65534\n', state: 'stopped' });
    expect(byPath!.state).toBe('running');
    expect(byPath!.console).toMatch(
      /^cloud-init: the user data is not run\. The script calls \/sbin\/poweroff, and this machine has no mount namespaces/,
    );
    expect(byPath!.console).not.toContain('begun');
  },
  60_000,
);
