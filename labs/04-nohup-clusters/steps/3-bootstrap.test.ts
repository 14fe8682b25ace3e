/** Step 4.3: instances run the learner's user data. Jobs tell how they are run, end in several ways, and some things go wrong. */
import { type Check, check } from '#kit';
import { type Booted, bench, ENDLESS, reportOf } from './support/booted.ts';

/** Seconds that the shipper has, once the job has ended. */
const REST = 60;
/** Seconds of the jobs, more or less. */
const JOB = 5;

/** Lines of shell by which a job tells how it is run, and hangs up on itself in the end. */
const TELLS = [
  'sleep 2',
  'stat() { cut -d" " -f$1 /proc/$$/stat; }',
  'echo "pid $$"',
  'echo "session $(stat 6)"',
  'echo "terminal $(stat 7)"',
  'echo "started $(stat 22)"',
  'echo "ignored $(sed -n "s/^SigIgn:[^0-9a-f]*//p" /proc/$$/status)"',
  'for fd in 0 1 2; do echo "fd$fd $(readlink /proc/$$/fd/$fd)"; done',
  'echo "file $(cat run/pid)"',
  'echo "role $ROLE"',
] as const;

check('detached', async (t) => {
  const { job, ship, textFor, start, ended } = await bench(t);
  const role = t.seeded.pick(['coordinator', 'worker']);
  const mark = t.seeded.name('line');
  await job(role, ...TELLS, `echo ${mark}-out`, `echo ${mark}-err >&2`, 'kill -HUP $$', 'sleep 1', 'echo "still here"');
  await ship();
  const id = await start(await textFor(role));
  t.did(`launched a ${role}, whose job tells how it is run, and sends itself SIGHUP`);
  const seen = await ended({ [role]: id }, JOB + REST);
  expectDetached(t, role, mark, seen[role]!);
});

function expectDetached(t: Check, role: string, mark: string, booted: Booted): void {
  const { out = '', err = '', status } = reportOf(t, role, booted);
  const where = (text: string, sign: string) => text.split('\n').filter((line) => line === sign).length;
  t.equal(
    {
      out: [where(out, `${mark}-out`), where(out, `${mark}-err`)],
      err: [where(err, `${mark}-out`), where(err, `${mark}-err`)],
      console: booted.console.filter((line) => line.includes(mark)).length,
    },
    { out: [1, 0], err: [0, 1], console: 0 },
    {
      what: `how often the job’s line on standard output, and that on standard error, are in each of the logs`,
      cause:
        'Standard output belongs into run/out.log, standard error into run/err.log. nohup redirects nothing where there is no terminal.',
      hint: 1,
    },
  );
  const told = new Map(out.split('\n').map((line) => [line.split(' ')[0]!, line.split(' ').slice(1).join(' ')]));
  t.equal(told.get('role'), role, {
    what: 'the ROLE that the job sees',
    cause: 'It runs without the exported variables.',
  });
  t.equal([told.get('session'), told.get('terminal')], [told.get('pid'), '0'], {
    what: 'the session of the job, which is to be its own process id, and its terminal, 0 for none',
    cause: 'It is in the session of the script that started it. nohup does not change that.',
    hint: 1,
  });
  t.that((Number.parseInt(told.get('ignored')?.slice(-1) ?? '0', 16) & 1) === 1, {
    expected: 'the job ignores SIGHUP from its first line on',
    seen: `the signals that it ignores are ${told.get('ignored')}; the lowest bit is SIGHUP`,
    cause: 'A background job of a script ignores the interrupts of a keyboard, and nothing else.',
    hint: 1,
  });
  t.equal(told.get('fd0'), '/dev/null', { what: 'the standard input of the job', cause: 'It inherits the script’s.' });
  t.equal(told.get('file'), `${told.get('pid')} ${told.get('started')}`, {
    what: `run/pid, with the process id of the ${role}’s job and when it was started`,
    cause: 'It holds something else, or another process: that of a shell in between, or of a pipe.',
    hint: 3,
  });
  t.that(told.has('still') && status === '0', {
    expected: `the ${role}’s job goes on after a SIGHUP, and ends with 0`,
    seen: `${told.has('still') ? 'it goes on' : 'it does not'}; run/status says ${status}`,
    cause: 'The signal has ended it: 129 is 128 and the number of SIGHUP.',
    hint: 1,
  });
}

check('status', async (t) => {
  const { job, ship, textFor, start, ended } = await bench(t);
  const code = t.seeded.integer(2, 100);
  const [seconds, after] = [t.seeded.integer(6, 12), t.seeded.integer(20, 40)];
  await job('worker', 'sleep 3', `exit ${code}`);
  await job('coordinator', `sleep ${seconds}`, 'kill -9 $$');
  await ship({ after });
  const ids = {
    worker: await start(await textFor('worker')),
    coordinator: await start(await textFor('coordinator')),
  };
  t.did(
    `launched a worker whose job ends with ${code} and a coordinator whose job is killed after ${seconds} s; the shipper takes ${after} s to send the rest`,
  );
  const { worker, coordinator } = await ended(ids, seconds + REST);
  const because = {
    cause:
      'The status is that of another command: of the last one in a pipe, of a background start, or of what came in between.',
    hint: 2,
  };
  t.equal(reportOf(t, 'worker', worker).status, String(code), { what: 'run/status of the worker', ...because });
  t.equal(reportOf(t, 'coordinator', coordinator).status, '137', {
    what: 'run/status of the coordinator, whose job SIGKILL has ended',
    ...because,
  });
  expectEnded(t, { worker, coordinator });
});

function expectEnded(t: Check, seen: Readonly<Record<string, Booted>>): void {
  for (const [role, { state }] of Object.entries(seen)) {
    t.equal(state, 'terminated', {
      what: `the state of the ${role}, ${REST} seconds and a few after its job`,
      cause:
        'The script ended before it came to the shutdown, waits for something that does not come, or halts a machine that is to be switched off.',
      hint: 2,
    });
  }
}

check('full-disk', async (t) => {
  const { job, ship, textFor, start, ended } = await bench(t);
  const code = t.seeded.integer(2, 100);
  const mark = t.seeded.name('line');
  await job('worker', 'sleep 2', `echo ${mark}`, `echo ${mark} >&2`, 'sleep 1', `exit ${code}`);
  await ship();
  const text = await textFor('worker');
  const full = text.replace('\n', '\nmkdir -p run && ln -s /dev/full run/out.log\n');
  const worker = await start(full);
  // Has a program to fetch and no job.
  const nobody = await start(await textFor('nobody'));
  t.did(
    'launched a worker on which nothing can be written into run/out.log, and another instance whose job cannot be fetched',
  );
  const first = await ended({ worker, nobody }, JOB + REST);
  const { status, err = '' } = reportOf(t, 'worker', first.worker);
  t.equal([status, err.includes(mark)], [String(code), true], {
    what: 'run/status of the worker, and whether what its job wrote to standard error is in run/err.log',
    cause: 'What cannot be written to the one log took the status or the other log with it.',
    hint: 2,
  });
  expectEnded(t, { worker: first.worker, 'instance without a job': first.nobody });

  await ship({ program: ENDLESS });
  t.did('launched a worker whose shipper never ends');
  expectEnded(t, await ended({ worker: await start(text) }, JOB + REST));
});
