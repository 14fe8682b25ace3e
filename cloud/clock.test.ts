import { describe, expect, test } from 'vitest';
import { createClock } from './clock.ts';

const held = () => createClock({ heldAt: 1000 });

describe('a held clock', () => {
  test('stands still until it is advanced, and plays what falls due in order', async () => {
    const clock = held();
    const log: string[] = [];
    clock.at(1030, () => void log.push(`c ${clock.now()}`));
    clock.at(1010, () => void log.push(`a ${clock.now()}`));
    clock.at(1010, () => void log.push(`b ${clock.now()}`));
    clock.at(1100, () => void log.push('too late'));
    expect(clock.now()).toBe(1000);
    await clock.advance(50);
    expect(log).toEqual(['a 1010', 'b 1010', 'c 1030']);
    expect(clock.now()).toBe(1050);
  });

  test('plays what is set during the advance, if it falls within', async () => {
    const clock = held();
    const log: number[] = [];
    const again = () => {
      log.push(clock.now());
      clock.at(clock.now() + 20, again);
    };
    clock.at(1020, again);
    await clock.advance(70);
    expect(log).toEqual([1020, 1040, 1060]);
  });

  test('a cancelled timer does not run', async () => {
    const clock = held();
    let ran = false;
    clock
      .at(1010, () => {
        ran = true;
      })
      .cancel();
    await clock.advance(100);
    expect(ran).toBe(false);
  });

  test('waits for work that is under way before it moves on', async () => {
    const clock = held();
    const log: string[] = [];
    const done = clock.busy('work');
    clock.at(1010, () => void log.push('timer'));
    const advanced = clock.advance(10).then(() => log.push('advanced'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log).toEqual([]);
    expect(clock.waitingFor()).toEqual(['work']);
    done();
    await advanced;
    expect(log).toEqual(['timer', 'advanced']);
  });

  test('spend moves it on by itself, and in order with other timers', async () => {
    const clock = held();
    const log: string[] = [];
    clock.at(1005, () => void log.push('between'));
    await clock.spend(10);
    log.push('spent');
    expect(log).toEqual(['between', 'spent']);
    expect(clock.now()).toBe(1010);
  });

  test('two that spend at once share the time', async () => {
    const clock = held();
    await Promise.all([clock.spend(10), clock.spend(30)]);
    expect(clock.now()).toBe(1030);
  });

  test('sleep alone moves nothing; a driver does, until it stops', async () => {
    const clock = held();
    let woke = false;
    const slept = clock.sleep(500).then(() => {
      woke = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(woke).toBe(false);
    const stop = clock.drive();
    await slept;
    stop();
    expect(clock.now()).toBe(1500);
  });

  test('advances that overlap end at their own moments', async () => {
    const clock = held();
    const ends: number[] = [];
    await Promise.all([10, 40, 20].map((ms) => clock.advance(ms).then(() => ends.push(clock.now()))));
    expect(ends).toEqual([1010, 1020, 1040]);
  });

  test('a task that starts something long does not stop the clock', async () => {
    const clock = held();
    const log: number[] = [];
    clock.at(1010, () => {
      void clock.sleep(100).then(() => log.push(clock.now()));
    });
    await clock.advance(200);
    expect(log).toEqual([1110]);
  });

  test('moves programs and cloud in one order', async () => {
    const clock = held();
    const log: string[] = [];
    const dues = [1015, 1025];
    clock.join({
      name: 'program',
      settled: async () => true,
      nextDue: () => dues[0],
      moveTo: async (time) => {
        while (dues.length > 0 && dues[0]! <= time) log.push(`program ${dues.shift()}`);
      },
    });
    clock.at(1020, () => void log.push('cloud 1020'));
    await clock.advance(100);
    expect(log).toEqual(['program 1015', 'cloud 1020', 'program 1025']);
  });

  test('does not move while a program is not settled', async () => {
    const clock = held();
    let answer: (settled: boolean) => void = () => undefined;
    let asked = 0;
    const participant = clock.join({
      name: 'program',
      settled: () => {
        asked++;
        return asked > 3 ? Promise.resolve(true) : new Promise((resolve) => (answer = resolve));
      },
      nextDue: () => undefined,
      moveTo: async () => undefined,
    });
    const advanced = clock.advance(10);
    for (let round = 1; round <= 3; round++) {
      await expect.poll(() => asked).toBe(round);
      expect(clock.now()).toBe(1000);
      answer(false);
    }
    await advanced;
    participant.leave();
    expect(clock.now()).toBe(1010);
  });

  test('closing ends an advance that would wait for ever', async () => {
    const clock = held();
    clock.busy('something that never ends');
    const advanced = clock.advance(10);
    clock.close();
    await advanced;
  });
});

describe('a clock at wall speed', () => {
  test('runs its timers, and jumps when it is advanced', async () => {
    const clock = createClock();
    const log: string[] = [];
    const start = clock.now();
    clock.at(start + 3_600_000, () => void log.push('an hour'));
    await clock.sleep(1);
    await clock.advance(3_600_000);
    expect(log).toEqual(['an hour']);
    expect(clock.now() - start).toBeGreaterThanOrEqual(3_600_000);
    clock.close();
  });

  test('can be held from here on', async () => {
    const clock = createClock();
    clock.hold(5000);
    expect(clock.held).toBe(true);
    await clock.advance(5);
    expect(clock.now()).toBe(5005);
  });
});
