/**
 * Step 4.3: the bootstrap
 *
 *   userData(variables)   the script that an instance runs at its first boot, as text. It begins with `#!/bin/bash`. `variables` are
 *                         the environment of the instance's programs.
 *
 * What is there: the variables, and start.mjs (start-program.ts), which fetches two programs. `job.mjs` is the job of the instance's
 * role: any executable. The other one, ship, is started beside it and sends away what is in the folder `run` (step 4.5).
 *
 * What is to be done:
 *   - The job runs under nohup, in a session of its own. It has no terminal; its standard input is /dev/null, its standard output
 *     run/out.log, its standard error run/err.log. What comes out here belongs to nobody else.
 *   - run/pid holds one line while it runs: its process id, a blank, and when it was started, which is field 22 of /proc/PID/stat.
 *     A process id alone is used again, sooner or later.
 *   - run/status holds the job's exit status once it has ended: 128 and the signal's number when a signal has ended it, 127 when it
 *     could not be fetched. Who looks at the file sees all of it or nothing.
 *   - Then ship has 60 seconds to send the rest and end. It may also never end.
 *   - Then the instance shuts down, whatever has gone wrong before: also when the disk is full, and nothing can be written.
 */
import { START } from './start-program.ts';
import type { Variables } from './types.ts';

export const userData = (variables: Variables): string => `#!/bin/bash
${Object.entries(variables)
  .map(([name, value]) => `export ${name}=${quoted(value)}`)
  .join('\n')}
mkdir -p run
cat > start.mjs <<'END'
${START}END
node start.mjs ship job.mjs "$ROLE" &
ship=$!
while [ ! -x job.mjs ] && kill -0 $ship 2>/dev/null; do sleep 1; done

# Your part.
./job.mjs &
echo $! > run/pid
`;

/** For the shell, whatever is in it. */
const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
