/** One run of the soak with a coordinator, of which it and a worker may die; heal.ts comes every minute. */
import type { Check } from '#kit';
import { alive } from '../steps/support/cluster.ts';
import { callerOf, crew, expectConserved, expectManifest } from '../steps/support/crew.ts';
import { type Death, FILES, WORKERS } from './crowd.ts';

/** Whose nth call is deadly: counted over the calls of the one that is launched first. */
export interface Deaths {
  readonly coordinator?: Death;
  readonly worker?: Death;
}

export interface Led {
  readonly died: { readonly coordinator: boolean; readonly worker: boolean };
  /** Calls that the first coordinator, and the first worker, have made. */
  readonly calls: { readonly coordinator: number; readonly worker: number };
  /** Instances of the run, with those that the healer has launched. */
  readonly instances: number;
}

/** Fails the check unless each file is done once, there is one manifest, and nothing of the run is alive at the end. */
export async function led(t: Check, deaths: Deaths): Promise<Led> {
  const c = await crew(t, { workers: WORKERS, files: FILES });
  await c.wanted();
  await c.programs('coordinator', 'worker');
  const heal = await c.deployed('heal.ts');
  const [coordinator] = await c.join('coordinator', 1);
  const [worker] = await c.join('worker', WORKERS);
  const of = { coordinator: coordinator!, worker: worker! };
  const doomed = Object.entries(deaths) as [keyof Deaths, Death][];
  for (const [role, death] of doomed) await c.dies({ of: of[role], ...death });
  t.did(
    `launched a coordinator and ${WORKERS} workers for ${FILES} files; ${doomed.map(([role, { when, nth }]) => `a ${role} dies ${when} its call ${nth}`).join(' and ') || 'nobody dies'}; started heal.ts every minute`,
  );
  const over = await c.healed(heal, c.over);
  await expectConserved(t, c);
  t.equal(await c.readAgain(), [], {
    what: 'the documents that were read again though the one who had read them before was alive',
  });
  await expectManifest(t, c);
  t.equal([over, await alive(t)], [true, []], { what: 'whether all has ended, and the instances that have not' });
  const dead = (await c.deaths()).map(callerOf);
  const callers = (await t.trace()).filter(({ kind }) => kind === 'call').map(callerOf);
  const by = (id: string): number => callers.filter((one) => one === id).length;
  return {
    died: { coordinator: dead.includes(of.coordinator), worker: dead.includes(of.worker) },
    calls: { coordinator: by(of.coordinator), worker: by(of.worker) },
    instances: (await c.launched()).length,
  };
}
