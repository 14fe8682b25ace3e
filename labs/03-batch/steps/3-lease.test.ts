/** Step 3.3: runs of the learner's nightly job overlap, break off and stand still, and the ledger tells which of them had an effect. */
import { type Check, check, type Invocation } from '#kit';
import { night } from './support/night.ts';

const SECOND = 1000;

function expectAnswer(
  t: Check,
  invocation: Invocation,
  answer: { ran: boolean; token?: number },
  because: { what: string; cause: string; hint?: number },
): void {
  t.succeeded(invocation, because);
  t.equal(invocation.value, answer, because);
}

check('one-at-a-time', async (t) => {
  const { nightly, event, report, run, room, reads, holdReading, slowLeases, loseAnswer, loseLease, expectBooked } =
    await night(t);
  await slowLeases();
  const first = await report();
  await holdReading(1, t.seeded.integer(3, 9) * room * SECOND);
  t.did('started two runs for the same window at the same time');
  const both = await nightly.invokeTogether([event, event]);
  for (const one of both) t.succeeded(one);
  const answers = both.map(({ value }) => value as { ran?: unknown; token?: unknown } | null);
  t.equal(
    answers.sort((a, b) => Number(a?.ran) - Number(b?.ran)),
    [{ ran: false }, { ran: true, token: 1 }],
    {
      what: 'the answers of the two',
      cause:
        'Both got the lease, or none did: between looking whether it is free and taking it, the other one came. Or the token is not the number of times that the lease was given.',
      hint: 1,
    },
  );
  t.equal(await reads(), 1, {
    what: 'how often the report was read',
    cause: 'A run without the lease began its work all the same.',
    hint: 1,
  });
  await expectBooked(first, 1, { cause: 'The run with the lease did not book what the report says.' });

  const second = await report();
  t.did('corrected the report, and started another run');
  const counted =
    'The token does not go on from the last one: it comes from somewhere else, or was lost with the lease.';
  expectAnswer(t, await run(), { ran: true, token: 2 }, { what: 'its answer', cause: counted, hint: 2 });
  await expectBooked(second, 2, { cause: 'The ledger keeps what was booked first, whoever comes later.', hint: 3 });

  const third = await report();
  await loseAnswer();
  t.did('corrected it again, and started a third run; the answer to its first call to the ledger got lost');
  expectAnswer(
    t,
    await run(),
    { ran: true, token: 3 },
    {
      what: 'its answer',
      cause: 'The SDK sent the call again, and the run was refused because of what it had written itself.',
      hint: 3,
    },
  );
  await expectBooked(third, 3, { cause: 'The third run did not book what the report says.' });

  const fourth = await report();
  await loseLease();
  t.did(
    'corrected it once more, and started a fourth run; the answer to its first write to the table of leases got lost',
  );
  const told = await run();
  t.succeeded(told, { what: 'the fourth run' });
  const { ran, token } = (told.value ?? {}) as { ran?: unknown; token?: unknown };
  t.that(ran === true && (token === 4 || token === 5), {
    expected: 'it answers { ran: true, token: 4 }; or 5, where the repeated call has counted again',
    seen: JSON.stringify(told.value) ?? 'undefined',
    cause:
      'The SDK sent the call again, and the run was refused because of the lease that it had taken itself. Nobody works then until that lease ends.',
    hint: 3,
  });
  await expectBooked(fourth, token as number, { cause: 'The fourth run did not book what the report says.' });
});

check('cut-off', async (t) => {
  const timeout = t.seeded.integer(4, 8);
  const { seconds, report, run, holdReading, expectBooked } = await night(t, { timeout });
  const wanted = await report();
  await holdReading(1, (timeout + 2) * SECOND);
  const lost = await run();
  t.did(`ran it with a time limit of ${timeout} s, which cut it off; a lease lasts ${seconds} s`);
  t.that(lost.error !== undefined, {
    expected: 'that run is cut off while it waits for its report',
    seen: `it answered ${JSON.stringify(lost.value)}`,
    cause: 'It answered without having read the report.',
  });
  t.did('started another run at once');
  expectAnswer(
    t,
    await run(),
    { ran: false },
    {
      what: 'its answer',
      cause: 'It took the lease away from somebody. It cannot know yet that they are no more.',
      hint: 1,
    },
  );
  t.did(`and one ${seconds} s later`);
  await t.clock.advance(seconds * SECOND, { wall: seconds * SECOND });
  expectAnswer(
    t,
    await run(),
    { ran: true, token: 2 },
    {
      what: 'its answer',
      cause: 'The lease did not end with its time. Its holder is gone, and nobody else will hand it back.',
      hint: 1,
    },
  );
  await expectBooked(wanted, 2, { cause: 'The run with the lease did not book what the report says.' });
});

check('late-write', async (t) => {
  const { seconds, after, report, run, holdBooking, runLater, expectBooked } = await night(t);
  const wanted = await report();
  const [later, held] = [after(2), after(10)];
  await holdBooking(held * SECOND);
  await runLater(later * SECOND);
  t.did(
    `started a run whose first call to the ledger took ${held} s to get there; a lease lasts ${seconds} s, and after ${later} s another run began`,
  );
  const first = await run();
  t.succeeded(first, { what: 'the run that was held up' });
  await expectBooked(wanted, 2, {
    cause:
      'The run that was held up wrote when the lease was somebody else’s. It could not know: it sent the call while the lease was its own. Or the other one never got the lease.',
    hint: 3,
  });
  t.equal(
    first.value,
    { ran: false },
    {
      what: 'the answer of the run that was held up',
      cause: 'It says that it has booked the window, though what is booked is not its own.',
      hint: 3,
    },
  );
});

check('release-own', async (t) => {
  const { seconds, room, after, report, run, reads, holdBooking, holdReading, runLater, expectBooked } = await night(t);
  const wanted = await report();
  const [second, held, third] = [after(2), after(5), after(9)];
  const work = 15 * room;
  await holdBooking(held * SECOND);
  await holdReading(2, work * SECOND);
  await runLater(second * SECOND);
  await runLater(third * SECOND);
  t.did(
    `held a run up until its lease of ${seconds} s had ended; a second one began after ${second} s and was at work for ${work} s; the first one was over after ${held} s, and a third one came after ${third} s`,
  );
  t.succeeded(await run(), { what: 'the run that was held up' });
  await t.clock.advance(30 * SECOND, { wall: 30 * room * SECOND });
  t.equal(await reads(), 2, {
    what: 'how many runs began to read the report',
    cause:
      'The first run handed a lease back that was not its own any more, and the third got it while the second was at work; or the second had never got it.',
    hint: 2,
  });
  t.did('and started a fourth one when the second was over');
  expectAnswer(
    t,
    await run(),
    { ran: true, token: 3 },
    { what: 'its answer', cause: 'A run that was done kept the lease, or the tokens do not count on.', hint: 2 },
  );
  await expectBooked(wanted, 3, { cause: 'The fourth run did not book what the report says.' });
});

check('failed-run', async (t) => {
  const { report, run, expectBooked } = await night(t);
  t.did('started a run while there was no report yet');
  const { error, value } = await run();
  t.that(error !== undefined, {
    expected: 'the invocation fails: there is nothing to book',
    seen: `it succeeded, with the answer ${JSON.stringify(value)}`,
    cause: 'The error was caught and forgotten.',
  });
  const wanted = await report();
  t.did('wrote the report, and started another run at once');
  expectAnswer(
    t,
    await run(),
    { ran: true, token: 2 },
    {
      what: 'its answer',
      cause: 'The run that failed did not hand its lease back, though it was there to do so.',
      hint: 2,
    },
  );
  await expectBooked(wanted, 2, { cause: 'The run with the lease did not book what the report says.' });
});
