import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { descendants, readProcess } from './process-tree.ts';
import { type Start, startProgram } from './starter.ts';

const linux = process.platform === 'linux';
const shell = (script: string, more: Partial<Start> = {}): Start => ({
  program: 'sh',
  words: ['-c', script],
  channel: false,
  options: { env: { PATH: process.env.PATH ?? '' } },
  ...more,
});

test('a program has its streams, its folder and its environment, and how it ended is told', async () => {
  const { stdout, stderr, closed } = await startProgram(
    shell('echo "$PWD $WHO"; echo no >&2; exit 3', { options: { env: { WHO: 'it' }, cwd: '/' } }),
  );
  expect(await Promise.all([text(stdout), text(stderr), closed])).toEqual([
    '/ it\n',
    'no\n',
    { code: 3, signal: null },
  ]);
});

test('descriptor 3 goes both ways', async () => {
  const echo = `const link = new (require('node:net').Socket)({ fd: 3 }); link.once('data', (line) => link.end(line + '!'))`;
  const { channel, closed, ...streams } = await startProgram(
    shell('', { program: process.execPath, words: ['-e', echo], channel: true }),
  );
  for (const stream of [streams.stdout, streams.stderr]) stream.resume();
  channel!.write('hello');
  expect(await text(channel!)).toBe('hello!');
  expect(await closed).toEqual({ code: 0, signal: null });
});

test('a text is a file to read, not a pipe that keeps the program waiting for us', async () => {
  const script = `console.log(require('node:fs').fstatSync(3).isFile(), require('node:fs').readFileSync(3, 'utf8'))`;
  const { stdout, stderr } = await startProgram(
    shell('', { program: process.execPath, words: ['-e', script], text: 'words' }),
  );
  stderr.resume();
  expect(await text(stdout)).toBe('true words\n');
});

test('a program that is not there is an error with its code', async () => {
  await expect(startProgram(shell('', { program: '/no/such/program' }))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('many at a time do not take each other’s streams', async () => {
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  const lines = await Promise.all(
    numbers.map(async (number) => {
      const { stdout, stderr } = await startProgram(shell(`echo ${number}`));
      stderr.resume();
      return await text(stdout);
    }),
  );
  expect(lines).toEqual(numbers.map((number) => `${number}\n`));
});

test.runIf(linux)(
  'kill -9 of the process that starts them ends the programs, and another one starts the next',
  async () => {
    const { pid, stdout, stderr, closed } = await startProgram(shell('exec sleep 4321'));
    for (const stream of [stdout, stderr]) stream.resume();
    const starter = descendants(process.pid).find(({ pid: one }) =>
      descendants(one).some((below) => below.pid === pid),
    )!;
    process.kill(starter.pid, 'SIGKILL');
    expect(await closed).toEqual({ code: null, signal: 'SIGKILL' });
    // Whoever inherits it may let it lie.
    await expect.poll(() => readProcess(pid)?.state ?? 'Z').toBe('Z');
    const next = await startProgram(shell('echo again'));
    next.stderr.resume();
    expect(await text(next.stdout)).toBe('again\n');
  },
);
