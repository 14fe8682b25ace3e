/** Step 4.4: instances run the learner's playbook on themselves, with the real ansible-playbook: what is there, and what has changed? */
import { type Check, check } from '#kit';
import {
  type Found,
  type Inventory,
  PATIENCE,
  type Provisioned,
  provisioned,
  type Role,
  type Run,
} from './support/provisioned.ts';

const ROLES = ['coordinator', 'worker'] as const;

/** Names that a shell would take apart, were they not quoted. */
const AWKWARD = ["night $shift's run", 'a "quoted" `run`', "it's $HOME; #1", 'back\\slash & $1', "'all' * of (it)"];

function inventory(t: Check, run: string): Inventory {
  return {
    run,
    bucket: t.seeded.name('kept'),
    inbox: t.seeded.name('inbox'),
    workers: t.seeded.integer(3, 60),
    lease_seconds: t.seeded.integer(62, 300),
  };
}

/** The run has ended well; otherwise what Ansible says about it. */
function ran(t: Check, { what, status, output }: Run, which: string): void {
  const words = what === 'check' ? 'ansible-playbook --check' : 'ansible-playbook';
  const fatal = output.split('\n').find((line) => /^(fatal|failed|ERROR!)/.test(line));
  t.that(status === 0, {
    expected: `${words} ends with the exit status 0 ${which}`,
    seen: `${status}: ${(fatal ?? output.trim().slice(-300)).slice(0, 400)}`,
    cause:
      what === 'check'
        ? 'In a rehearsal some tasks are skipped, and what a later one wants of them is not there.'
        : 'A task has failed: Ansible says which, and why.',
  });
}

/** Files, folders and modes in `cluster`, as far as they are asked for. */
const shape = (found: readonly Found[]): Record<string, string> =>
  Object.fromEntries(
    found.map(({ path, type, mode }) => [
      path,
      ['cluster/bin', 'cluster/restarts'].includes(path) ? type : `${type} 0${mode}`,
    ]),
  );

const shapeOf = (role: Role): Record<string, string> => ({
  cluster: 'd 0750',
  'cluster/bin': 'd',
  'cluster/bin/start': 'f 0750',
  ...(role === 'coordinator' ? { 'cluster/coordinator.json': 'f 0640' } : {}),
  'cluster/logs': 'd 0750',
  'cluster/program.env': 'f 0640',
  'cluster/restarts': 'f',
  ...(role === 'worker' ? { 'cluster/worker.json': 'f 0640' } : {}),
});

const textOf = (found: readonly Found[], path: string): string => found.find((one) => one.path === path)?.text ?? '';

const restarts = ({ found }: Run): number => textOf(found, 'cluster/restarts').split('\n').filter(Boolean).length;

/** Everything there is as the role and these variables ask for it. */
function asAsked(
  t: Check,
  role: Role,
  { run, bucket, inbox, ...numbers }: Inventory,
  { runs, ...seen }: Provisioned,
): void {
  const { found } = runs.at(-1)!;
  t.equal(shape(found), shapeOf(role), {
    what: `what is in cluster/ on the ${role}: d is a folder, f a file, and the number is the mode`,
    cause: `Each instance asks its own metadata for the tag role. A file that belongs to the other role is not to be there, and a mode that nobody names is left to the umask.`,
  });
  const own = role === 'coordinator' ? { workers: numbers.workers } : { lease_seconds: numbers.lease_seconds };
  t.equal(parsed(textOf(found, `cluster/${role}.json`)), own, { what: `cluster/${role}.json, as JSON` });
  t.that(seen.started !== undefined, {
    expected: `cluster/bin/start becomes node ${role}.mjs`,
    seen: `no program has started: ${seen.printed.slice(-4).join(' / ').slice(0, 300)}`,
    cause: 'The script is run in the home folder. It takes program.env in, exports what is in it, and execs node.',
  });
  const environment = { RUN: run, ROLE: role, BUCKET: bucket, INBOX: inbox };
  t.equal(
    seen.started,
    { program: `${role}.mjs`, environment, same: true },
    {
      what: `the program that cluster/bin/start became on the ${role} (same: it is the process that was started), with its environment`,
      cause:
        'A shell reads program.env: what is not quoted for it is taken apart at blanks, and $ and ` mean something to it.',
      hint: 3,
    },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

check(
  'built',
  async (t) => {
    const vars = inventory(t, t.seeded.name('run'));
    t.did(`launched two instances, tagged role=coordinator and role=worker, that run playbook.yml on themselves`);
    const both = await provisioned(t, 'apply', ROLES, [vars]);
    for (const [at, role] of ROLES.entries()) {
      const { runs } = both[at]!;
      ran(t, runs[0]!, `on the ${role}`);
      asAsked(t, role, vars, both[at]!);
      t.equal(restarts(runs[0]!), 1, {
        what: `the lines of cluster/restarts on the ${role} after the first run`,
        cause: 'program.env and bin/start are both new. A handler that two tasks notify still runs once.',
      });
    }
  },
  { patience: PATIENCE },
);

check(
  'again',
  async (t) => {
    const role = t.seeded.pick(ROLES);
    t.did(
      `launched an instance (${role}) that rehearses playbook.yml with --check, then runs it, and runs it once more`,
    );
    const [seen] = await provisioned(t, 'check apply apply', [role], [inventory(t, t.seeded.name('run'))]);
    const [rehearsal, first, second] = seen!.runs as [Run, Run, Run];
    ran(t, rehearsal, 'on a fresh instance');
    t.equal(
      rehearsal.found.map(({ path }) => path),
      [],
      {
        what: 'what is in the home folder under cluster/ after a rehearsal on a fresh instance',
        cause: 'A task with check_mode: false is run in a rehearsal too. That is for those which only ask.',
        hint: 2,
      },
    );
    t.that((rehearsal.recap.changed ?? 0) > 0, {
      expected: 'a rehearsal on a fresh instance tells what would be changed',
      seen: `changed=${rehearsal.recap.changed}`,
      cause: 'What a shell command would change, Ansible cannot know, so in a rehearsal it skips it.',
      hint: 1,
    });
    ran(t, first, 'at the first time');
    ran(t, second, 'at the second time');
    t.equal(second.recap.changed, 0, {
      what: 'changed=… in the recap of the second run',
      cause: 'A command is run each time, and counts as a change each time, whether it was needed or not.',
      hint: 1,
    });
    t.equal(second.found, first.found, {
      what: 'what is in cluster/ after the second run, as against the first',
      cause: 'Something is added each time. Or a restart is noted though nothing that a program reads has changed.',
      hint: 1,
    });
    t.equal(restarts(second), 1, { what: 'the lines of cluster/restarts after both runs', hint: 3 });
  },
  { patience: PATIENCE },
);

check(
  'other-inventory',
  async (t) => {
    const role = t.seeded.pick(ROLES);
    const [before, after] = t.seeded.shuffle(AWKWARD) as [string, string];
    const first = inventory(t, before);
    const inventories = [
      first,
      { ...inventory(t, after), workers: first.workers + 1, lease_seconds: first.lease_seconds - 1 },
    ];
    const other = role === 'coordinator' ? 'worker.json' : 'coordinator.json';
    t.did(
      `launched an instance (${role}) that runs playbook.yml; left cluster/${other} there, as if it had had the other role before; and ran it with other variables: run is first ${before} and then ${after}`,
    );
    const [seen] = await provisioned(t, 'apply leftover vars apply', [role], inventories);
    const [earlier, later] = seen!.runs as [Run, Run];
    ran(t, earlier, 'with the first variables');
    ran(t, later, 'with the second variables');
    asAsked(t, role, inventories[1]!, seen!);
    const changed = later.found.filter(({ path, text }) => text !== textOf(earlier.found, path) && text !== undefined);
    t.equal(
      changed.map(({ path }) => path).sort(),
      ['cluster/program.env', 'cluster/restarts', `cluster/${role}.json`].sort(),
      {
        what: 'the files that other variables have changed',
        cause:
          'What is there already was left as it was, or the variables are in a file that is to take them from program.env.',
      },
    );
    t.equal(restarts(later), 2, {
      what: 'the lines of cluster/restarts after both runs, each of which changed program.env',
      hint: 3,
    });
  },
  { patience: PATIENCE },
);
