import { beat } from './beat.ts';
import { done } from './commit.ts';
import { finish } from './finish.ts';
import { held } from './lease.ts';
import { planned } from './plan.ts';
import { numberOf, setting } from './settings.ts';

const { bunches } = await planned();
const keys = bunches.flatMap(({ files }) => files.map(({ key }) => key));

// #region coordinator
for (;;) {
  const finished = await done();
  const open = keys.filter((key) => !finished.has(key)).length;
  // Who holds a lease has not stopped yet, whatever is done: a worker with its last words, or one that has died.
  if (open === 0 && (await held()).length === 0) break;
  await beat(`${open} of ${keys.length} files are open`);
  await new Promise((resolve) => setTimeout(resolve, numberOf('POLL_SECONDS') * 1000));
}
await finish({ run: setting('RUN') });
// #endregion coordinator
