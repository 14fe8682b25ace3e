/** Whatever happens to a FIFO queue, the messages of a group are had in order, and by one receiver at a time. */
import { expect, test } from 'vitest';
import { initialAttributes } from './attributes.ts';
import { Queue } from './queue.ts';

const [SECOND, START] = [1000, Date.UTC(2027, 0, 1)];

/** Numbers from 0 until before `below`, the same ones for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test.each([1, 2, 3, 4, 5])('seed %i', (seed) => {
  const next = random(seed);
  const attributes = { ...initialAttributes(true), DelaySeconds: '3' };
  const queue = new Queue('us-east-1', '111122223333', 'q.fifo', attributes, START);
  let now = START;
  /** What each group still holds, in order, and the handles of what is in flight, with when they end. */
  const left = new Map<string, string[]>();
  const held = new Map<string, { handle: string; until: number }>();
  let received = 0;
  for (let step = 0; step < 2000; step++) {
    const flying = [...held].filter(([, { until }]) => until > now);
    const kind = next(8);
    if (kind < 3) {
      const group = 'abcd'[next(4)]!;
      const body = `${group}${step}`;
      const ids = { groupId: group, deduplicationId: body };
      queue.send({ body, attributes: {}, senderId: 'me', cause: 0, ...ids }, now);
      left.set(group, [...(left.get(group) ?? []), body]);
    } else if (kind < 5) {
      const visibility = next(10) * SECOND;
      const batch = queue.receive({ now, max: 1 + next(5), visibility, giveUp: () => false });
      const bodies = batch.map(({ message }) => message.body);
      for (const group of new Set(batch.map(({ message }) => message.groupId!))) {
        const own = bodies.filter((body) => body.startsWith(group));
        // The first of what is left, and nothing of it is anywhere else.
        expect(own).toEqual(left.get(group)!.slice(0, own.length));
        for (const body of own) expect(flying.map(([name]) => name)).not.toContain(body);
        received += own.length;
      }
      for (const { message, handle } of batch) held.set(message.body, { handle, until: now + visibility });
    } else if (kind === 5 && flying.length > 0) {
      const [body, { handle }] = flying[next(flying.length)]!;
      expect(queue.remove(handle, now)).toBe(true);
      held.delete(body);
      left.set(
        body[0]!,
        left.get(body[0]!)!.filter((one) => one !== body),
      );
    } else if (kind === 6 && flying.length > 0) {
      const [body, { handle }] = flying[next(flying.length)]!;
      const visibility = next(20) * SECOND;
      queue.changeVisibility(handle, visibility, now);
      held.set(body, { handle, until: now + visibility });
    } else {
      now += next(4) * SECOND;
    }
  }
  expect(received).toBeGreaterThan(200);
});
