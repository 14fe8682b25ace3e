/** However a check ends, when it has ended no process of its instances is left: counted from outside, while the run goes on. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Verdict } from '../run/verdict.ts';
import { type Copy, copyRepository, type Started, until } from '../testing/copy.ts';
import { type Found, processesOf } from '../testing/processes.ts';

const VERDICT = '.workbook/verdicts/07-tiny.json';
/** How a check may end, and what it does for that. */
const ENDS = {
  passes: '',
  fails: "t.equal(1, 2, { what: 'one' });",
  throws: "throw new Error('A mistake of the grader.');",
} as const;
type End = keyof typeof ENDS;
const ends = Object.keys(ENDS) as End[];
/** The command line of all that an instance leaves behind, and of nothing else on this machine. */
const mark = (end: End): string => `/bin/sleep 43${process.pid}.${ends.indexOf(end)}625`;

/** What is hard to end: with neither environment nor folder in a session of its own, deaf to signals, stopped, and behind a loop. */
const userData = (end: End): string => `#!/bin/bash
trap '' TERM INT HUP
(cd / && exec env -i setsid ${mark(end)}) &
nohup setsid sh -c 'kill -STOP $$; ${mark(end)}' &
while :; do ${mark(end)}; done &
echo up
exec ${mark(end)}
`;

const grader = (folder: string): string => `import { existsSync } from 'node:fs';
import { EC2Client, GetConsoleOutputCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { check } from '#kit';
const launched = async (t, script, go) => {
  const ec2 = t.client(EC2Client);
  const { Instances } = await ec2.send(new RunInstancesCommand({ ImageId: 'ami-0123456789abcdef0', InstanceType: 't3.micro', MinCount: 2, MaxCount: 2, UserData: btoa(script) }));
  await t.clock.advance(3000);
  for (const { InstanceId } of Instances) {
    const up = await t.eventually(async () => atob((await ec2.send(new GetConsoleOutputCommand({ InstanceId }))).Output ?? '').includes('up') || undefined, 60_000);
    if (!up) throw new Error('The instance has not come up.');
  }
  if (!(await t.eventually(async () => existsSync(go) || undefined, 100_000))) throw new Error('Nobody says go.');
};
${ends
  .map(
    (end) => `check('${end}', async (t) => {
  await launched(t, ${JSON.stringify(userData(end))}, ${JSON.stringify(join(folder, end))});
  ${ENDS[end]}
});`,
  )
  .join('\n')}
`;

let copy: Copy;
let started: Started | undefined;
const left = (end: End): Found[] => processesOf(mark(end));
/** What is at work in an instance's folder, whatever it is. */
const inInstances = (): string[] =>
  processesOf(copy.temporary)
    .filter(({ command }) => /serverless-cloud-\w+\/ec2\//.test(command))
    .map(({ command }) => command);

beforeAll(async () => {
  copy = copyRepository();
  const lab = (await copy.json('labs/07-tiny/lab.json')) as { steps: { checks: object[] }[] };
  lab.steps[0]!.checks = ends.map((id) => ({ id, title: `A check that ${id}` }));
  await copy.write('labs/07-tiny/lab.json', JSON.stringify(lab));
  await copy.write('labs/07-tiny/steps/1-double.grader.ts', grader(copy.root));
});
afterEach(async () => {
  if (started) process.kill(-started.child.pid!, 'SIGINT');
  await started?.ended;
  // Only for a test that has failed.
  for (const { pid } of [...ends.flatMap(left), ...processesOf(copy.root)]) process.kill(pid, 'SIGKILL');
});
afterAll(() => copy.remove());

test('a check that passes, fails or breaks off leaves no process of an instance behind', async () => {
  started = copy.lab('7.1 watch all');
  const told = {
    told: () => [ends.map((end) => left(end).map(({ state, command }) => `${state} ${command}`)), started?.printed()],
  };
  await until(
    'two instances of each check, each with a stopped process among others',
    () => ends.every((end) => left(end).length >= 8 && left(end).filter(({ state }) => state === 'T').length === 2),
    { ...told, seconds: 90 },
  );
  expect(inInstances().length).toBeGreaterThan(0);
  for (const [at, end] of ends.entries()) {
    await copy.write(end, '');
    await until(`the end of what is left of the check that ${end}`, () => left(end).length === 0, told);
    // The others go on meanwhile: it is not the end of the run that has ended these.
    for (const other of ends.slice(at + 1)) expect(left(other).length).toBeGreaterThanOrEqual(8);
  }
  const verdict = await until(
    'the verdict',
    async () => ((await copy.json(VERDICT).catch(() => undefined)) as Verdict | undefined) ?? false,
    told,
  );
  expect(inInstances()).toEqual([]);
  expect(verdict.steps[0]!.checks.map(({ id, status }) => [id, status])).toEqual([
    ['passes', 'passed'],
    ['fails', 'failed'],
    ['throws', 'error'],
  ]);
});
