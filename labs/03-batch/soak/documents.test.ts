/**
 * The soak of lab 3: a day of the office. Waves of documents of all sizes, a fifth of them told or delivered twice, a twentieth no
 * PDF, some that may not be read for hours; slow reads, and a drain that is killed in each wave.
 */
import { check } from '#kit';
import { type Arrived, arrive, crashes, expectConserved, untilEmpty } from '../steps/support/conservation.ts';
import { expectGone, savedLetters } from '../steps/support/gone.ts';
import { type Document, pipeline } from '../steps/support/pipeline.ts';

const DOCUMENTS = 1000;
const WAVES = 8;
const SEALED = 20;
const MINUTE = 60_000;

check('thousand', async (t) => {
  const { seeded } = t;
  const p = await pipeline(t, {
    threshold: seeded.integer(40, 100),
    timeout: seeded.integer(15, 40),
    sweepMinutes: seeded.integer(5, 30),
    maxReceives: 8,
  });
  await p.ran('wire.ts');
  await p.ran('sweep.ts');
  const reading = { service: 's3', operation: 'GetObject' } as const;
  await t.faults.add({
    ...reading,
    resource: `${p.inbox}/*`,
    effect: { kind: 'latency', ms: seeded.integer(100, 900) },
  });
  const denied = await t.faults.add({
    ...reading,
    resource: `${p.inbox}/sealed-*`,
    effect: { kind: 'error', code: 'AccessDenied', status: 403 },
  });
  const sealed: Document[] = [];
  for (let n = 0; n < SEALED; n++) sealed.push(await p.upload(`${seeded.name('sealed')}.pdf`));

  const arrived: Arrived[] = [];
  const each = Math.floor((DOCUMENTS - SEALED) / WAVES);
  for (let wave = 0; wave < WAVES; wave++) {
    const documents = wave === 0 ? DOCUMENTS - SEALED - each * (WAVES - 1) : each;
    // Between a result and the deletion of its message in every other wave, and at all other moments in turn.
    const crash = crashes[wave % 2 === 0 ? 0 : ((wave >> 1) % (crashes.length - 1)) + 1]!;
    arrived.push(await arrive(t, p, { documents, crashes: [crash] }));
    await t.clock.advance(seeded.integer(0, 20) * MINUTE);
  }
  t.equal(await untilEmpty(t, p, 24 * 60, 30), 0, { what: 'the messages in the queue a day later' });
  const died = (await p.messages(p.dead)).all;
  await t.faults.remove(denied);
  await p.ran('redrive.ts');
  await untilEmpty(t, p, 12 * 60, 30);
  await p.ran('teardown.ts');
  await expectGone(t, p);

  const all: Arrived = {
    good: [...sealed, ...arrived.flatMap(({ good }) => good)],
    poison: arrived.flatMap(({ poison }) => poison),
  };
  const letters = await savedLetters(t, p);
  const trace = await t.trace();
  const invocations = trace.filter(({ operation, resource }) => operation === 'Invocation' && resource === p.drain.arn);
  const sent = trace.filter(({ operation, resource }) => operation === 'Notify' && resource?.endsWith(`:${p.name}`));
  const killed = invocations.filter(({ error }) => error !== undefined);
  t.did(
    `${all.good.length + all.poison.length} documents, ${all.poison.length} of them no PDF: ${sent.length} notifications, ${invocations.length} invocations of the drain, ${killed.length} of which did not come to their end`,
  );
  t.did(`${died} dead letters before the mending, ${letters.length} in the end; ${all.good.length} results`);
  await expectConserved(t, p, all, letters);
});
