/** Step 4.3: the bootstrap. Reference answer. */
import { START } from './start-program.ts';
import type { Variables } from './types.ts';

export const userData = (variables: Variables): string => `#!/bin/bash
${Object.entries(variables)
  .map(([name, value]) => `export ${name}=${quoted(value)}`)
  .join('\n')}
set -e
mkdir -p run
cat > start.mjs <<'END'
${START}END
node start.mjs ship job.mjs "$ROLE" &
ship=$!
while [ ! -x job.mjs ] && kill -0 $ship 2>/dev/null; do sleep 1; done

${JOB}
${END}`;

// #region job
const JOB = `status=127
if [ -x job.mjs ]; then
  nohup setsid ./job.mjs </dev/null >run/out.log 2>run/err.log &
  job=$!
  echo "$job $(cut -d' ' -f22 /proc/$job/stat)" >run/pid
  wait $job
  status=$?
  rm -f run/pid
fi
echo $status >run/status.part && mv run/status.part run/status
`;
// #endregion

// #region end
const END = `(sleep 60; kill -9 $ship) &
wait $ship
shutdown -h now
`;
// #endregion

/** For the shell, whatever is in it. */
const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
