/** A machine without Ansible: the step that needs it is not gradable there. It earns nothing, loses nothing, and doctor says what helps. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAnsible } from '../../cloud/engine/embedded.ts';
import type { Verdict } from '../run/verdict.ts';
import { type Copy, copyRepository, flat } from '../testing/copy.ts';

/** Within a mount namespace of its own the file becomes one that nobody can run. */
const HIDE = 'mount --bind /dev/null "$0" && exec "$@"';
const installed = findAnsible();
/** What makes this a machine without Ansible; undefined where that cannot be done. */
const before = installed === undefined ? [] : hiding(installed);

function hiding(program: string): string[] | undefined {
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const words = ['unshare', ...user, '--mount', 'sh', '-c', HIDE, program];
  return spawnSync(words[0]!, [...words.slice(1), 'true']).status === 0 ? words : undefined;
}

let copy: Copy;
beforeAll(() => {
  copy = copyRepository();
});
afterAll(() => copy.remove());

describe.skipIf(before === undefined)('without Ansible', () => {
  test('step 4.4 is not gradable, and neither earns nor loses anything', async () => {
    const { code, stdout } = await copy.run('4.4 solution json', { before: before! });
    const { status, points, steps } = JSON.parse(stdout) as Verdict;
    expect({ code, status, points }).toEqual({
      code: 0,
      status: 'not-gradable',
      points: { earned: 0, possible: 0 },
    });
    expect(steps.map(({ id, earned, checks }) => [id, earned, checks.map((one) => one.status)])).toEqual([
      ['playbook', 0, ['not-gradable', 'not-gradable', 'not-gradable']],
    ]);
    expect(steps[0]!.checks[0]!.lack).toMatchObject({
      needed: 'the real ansible-playbook on instances',
      shown: expect.stringMatching(/^there is no ansible-playbook in .*\/usr\/bin/),
    });
  });

  test('of the learner’s own it is known that it cannot be judged, so that the next step comes', async () => {
    expect((await copy.run('4.4', { before: before! })).code).toBe(0);
    expect(await copy.json('.workbook/progress.json')).toMatchObject({
      labs: { '04-nohup-clusters': { steps: { playbook: 'not-gradable' } } },
    });
  });

  test('doctor names what is missing and how it is installed', async () => {
    const { code, stdout } = await copy.run('doctor', { before: before! });
    expect(code).toBe(0);
    expect(flat(stdout)).toMatch(
      /○ step 4\.4 cannot be graded: there is no ansible-playbook in \S+ (sudo|brew) .*ansible/,
    );
  });
});

test.runIf(installed)('with Ansible doctor says which one', async () => {
  expect((await copy.run('doctor')).stdout).toContain(`✓ ansible-playbook for step 4.4: ${installed}\n`);
});
