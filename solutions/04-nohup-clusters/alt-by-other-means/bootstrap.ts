/** Step 4.3 without nohup: a trap has the job ignore hang-ups, and another sees to the shutdown, wherever the script ends. */
import { START } from './start-program.ts';
import type { Variables } from './types.ts';

export const userData = (variables: Variables): string => `#!/bin/bash
trap 'shutdown -h now' EXIT
${Object.entries(variables)
  .map(([name, value]) => `export ${name}=${quoted(value)}`)
  .join('\n')}
mkdir -p run
cat > start.mjs <<'END'
${START}END
node start.mjs ship job.mjs "$ROLE" &
ship=$!
while [ ! -x job.mjs ] && kill -0 $ship 2>/dev/null; do sleep 1; done

keep() { echo "$1" >"run/$2.part" && mv "run/$2.part" "run/$2"; }

if [ -x job.mjs ]; then
  (trap '' HUP; exec setsid ./job.mjs </dev/null >run/out.log 2>run/err.log) &
  job=$!
  read -r -a stat <"/proc/$job/stat"
  keep "$job \${stat[21]}" pid
  wait $job
  keep $? status
  rm -f run/pid
else
  keep 127 status
fi

until=$(($(date +%s) + 60))
while kill -0 $ship 2>/dev/null && [ "$(date +%s)" -lt $until ]; do sleep 5; done
`;

/** For the shell, whatever is in it. */
const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
