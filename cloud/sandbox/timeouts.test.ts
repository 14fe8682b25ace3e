/** Time limits of requests are on the clock: not over because the machine is slow, and over when their time has passed. */
import { afterEach, expect, test } from 'vitest';
import type { Bench } from './testing.ts';
import { openBench } from './testing.ts';

const REAL = 400;
let bench: Bench | undefined;
afterEach(() => bench?.close());

const program = (request: string): string => `
  import http from 'node:http';
  const to = { host: '127.0.0.1', port: process.env.PORT };
  const request = ${request};
  request.on('timeout', () => { console.log('timeout', Date.now()); request.destroy(); });
  request.on('error', () => undefined);
  request.on('response', (response) => response.resume().on('end', () => console.log('answer', Date.now())));
  request.end();`;

const limited = [
  ['an option', 'http.request({ ...to, timeout: 100 })'],
  ['a call', 'http.request(to).setTimeout(100)'],
] as const;

test.each(limited)('a limit by %s is not over while no time passes', async (_, request) => {
  bench = await openBench('process', { heldAt: 0, serve: (_, response) => setTimeout(() => response.end('x'), REAL) });
  const { lines } = await bench.node(program(request));
  await expect.poll(() => bench!.clock.advance(0).then(() => lines), { timeout: 20_000 }).toEqual(['answer 0']);
});

test.each(limited)('a limit by %s is over when its time has passed', async (_, request) => {
  bench = await openBench('process', {
    heldAt: 0,
    serve: (_, response) => void bench!.clock.sleep(500).then(() => response.end('x')),
  });
  const { lines } = await bench.node(program(request));
  await bench.clock.advance(1000);
  expect(lines).toEqual(['timeout 100']);
});
