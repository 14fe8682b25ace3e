/** Functions that wait for ever for something that is no timer and no request: only the function's limit ends them. */
import { expect, test } from 'vitest';
import { openTestCloud } from '../../testing.ts';

const WAIT = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
const SOURCES: Readonly<Record<string, string>> = {
  'waits in its handler': `exports.handler = async () => { ${WAIT} };`,
  'waits when it is loaded': `${WAIT} exports.handler = async () => undefined;`,
  'waits when a timer fires': `exports.handler = () => new Promise(() => setTimeout(() => { ${WAIT} }, 1000));`,
  'stops itself': `exports.handler = async () => { process.kill(process.pid, 'SIGSTOP'); };`,
  'waits for a pipe that nobody writes to': `exports.handler = async () => require('node:child_process').execSync('mkfifo $TMPDIR/p; read x < $TMPDIR/p');`,
};

test.runIf(process.platform === 'linux')(
  'a function that is stuck runs into its limit',
  async () => {
    const t = await openTestCloud();
    try {
      const names = await Promise.all(
        Object.values(SOURCES).map(async (source, at) => {
          await t.deploy(`stuck-${at}`, source, { Timeout: 5 });
          return `stuck-${at}`;
        }),
      );
      const begun = t.cloud.clock.now();
      const answers = await Promise.all(names.map((name) => t.invoke(name)));
      const how = Object.keys(SOURCES).map((what, at) => [
        what,
        (answers[at]!.payload as { errorType?: string }).errorType,
      ]);
      expect(how).toEqual(Object.keys(SOURCES).map((what) => [what, 'Sandbox.Timedout']));
      expect(t.cloud.clock.now() - begun).toBeLessThan(30_000);
      expect(t.cloud.internalErrors).toEqual([]);
    } finally {
      await t.close();
    }
  },
  120_000,
);
