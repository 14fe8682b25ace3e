/** Named pipes. Only a program can make one, so they are made many at a time. */
import { join } from 'node:path';
import { outside } from './launcher.ts';
import { startProgram } from './starter.ts';

const AT_A_TIME = 32;

/** Gives the path of one more pipe of that name in the folder, which only we may open; it is the caller's to remove. */
export function makePipes(folder: string, name: string): () => Promise<string> {
  const ready: string[] = [];
  let count = 0;
  let making: Promise<void> | undefined;
  const make = async (): Promise<void> => {
    const pipes = Array.from({ length: AT_A_TIME }, () => join(folder, `${name}${++count}`));
    const { stdout, stderr, closed } = await startProgram({
      program: 'mkfifo',
      words: ['-m', '600', '--', ...pipes],
      channel: false,
      options: outside,
    });
    let told = '';
    stdout.resume();
    stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const { code } = await closed;
    if (code !== 0) throw new Error(`No named pipes can be made. ${told.trim()}`);
    ready.push(...pipes);
  };
  return async () => {
    while (ready.length === 0) {
      making ??= make().finally(() => {
        making = undefined;
      });
      await making;
    }
    return ready.pop()!;
  };
}
