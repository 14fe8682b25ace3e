/** One run of the soak: three workers, twelve files, and deaths among the workers. At least one of them is left. */
import type { Check } from '#kit';
import { plain } from '../../support/documents.ts';
import { alive, endAll, until } from '../steps/support/cluster.ts';
import { type File, fleet } from '../steps/support/fleet.ts';

export const WORKERS = 3;
export const FILES = 12;
const terms = { workers: WORKERS, leaseSeconds: 15, fileSeconds: 60, pollSeconds: 5, mostAttempts: 4 };
/** Seconds after which all is over in any case: far more than it takes. */
const PATIENCE = 300;

export const moments = ['before', 'after'] as const;

/** The nth of all calls that the workers make; who makes it dies before it is carried out, or before it is answered. */
export interface Death {
  readonly nth: number;
  readonly when: (typeof moments)[number];
}

export interface Ran {
  /** Workers that have died: fewer than there were deaths when the run was over before their call. */
  readonly dead: number;
  /** Calls that the workers have made. */
  readonly calls: number;
  readonly readings: number;
  /** From the first reading to the last of the results. */
  readonly seconds: number;
}

/** Fails the check unless each file is done once, and right, the survivors have ended well, and nothing of the run is alive at the end. */
export async function run(t: Check, deaths: readonly Death[]): Promise<Ran> {
  const words = deaths.map(({ nth, when }) => `${when} call ${nth}`).join(' and ');
  const f = await fleet(t, terms);
  const [files, pages]: [File[], number[]] = [[], []];
  for (let i = 0; i < FILES; i++) {
    pages.push(t.seeded.integer(1, 30));
    files.push(await f.document(`${t.seeded.name('letter')}.pdf`, plain(pages[i]!), t.seeded.integer(1, 8)));
  }
  const faults: string[] = [];
  for (const { nth, when } of deaths) faults.push(await f.killAt(nth, when));
  const ids = await f.launch();
  t.did(`launched ${WORKERS} workers for ${FILES} files; ${words ? `one dies ${words}` : 'nobody dies'}`);
  const dead = async (): Promise<string[]> => [...new Set((await Promise.all(faults.map(f.killed))).flat())];
  await until(t, PATIENCE, async () => (await alive(t)).length <= (await dead()).length, 10);

  const [killed, calls, readings, results] = [await dead(), await f.calls(), await f.readings(), await f.results()];
  t.equal(results.map(({ key }) => key).sort(), files.map(({ key }) => key).sort(), {
    what: 'the files that were committed, each as often as it was',
  });
  const outcomes = await Promise.all(files.map(({ key }) => f.outcome(key)));
  t.equal(
    outcomes,
    files.map(({ key, eTag }, i) => ({ key, eTag, pages: pages[i] })),
    { what: 'what came of the files' },
  );
  t.that(readings.length <= FILES + killed.length, {
    expected: `${FILES + killed.length} readings of documents at most`,
    seen: `${readings.length}`,
  });
  t.equal((await alive(t)).sort(), killed.toSorted(), {
    what: `the instances that are not terminated in the end, beside the ${killed.length} whose programs were killed`,
  });
  const survivors = ids.filter((one) => !killed.includes(one));
  const statuses = await Promise.all(survivors.map(f.statusOf));
  t.that(
    statuses.every((status) => status === '0'),
    {
      expected: 'the survivors end with status 0',
      seen: `${statuses.join(', ')}; the last that they printed: ${await f.lastLines(survivors)}`,
    },
  );
  await endAll(t);
  const times = [...readings, ...results].map(({ time }) => time);
  return {
    dead: killed.length,
    calls: calls.length,
    readings: readings.length,
    seconds: (Math.max(...times) - Math.min(...times)) / 1000,
  };
}
