/**
 * Where the small programs of a sandbox (`sleep`, `date`, `shutdown`) ask the cloud. They are shell scripts, and all that a
 * shell can speak without help is a named pipe: one for all requests, and one of its own per request for the answer. So they
 * need neither an environment nor a network. A request is one line: `KEY VERB ID WORDS…`; the key tells whose it is.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One request that waits for its answer. */
export interface Asked {
  readonly verb: string;
  readonly words: readonly string[];
  /** Is the one who asks still there? */
  alive(): boolean;
  answer(text: string): void;
}

export interface DeskClient {
  ask(asked: Asked): void;
  /** A Node program of this client has reported, by the name that it was given. */
  connect(name: string, channel: Socket): void;
}

export interface ToolDesk {
  /** The pipe of the requests. */
  readonly pipe: string;
  /** The socket at which Node programs report. */
  readonly socket: string;
  /** Opens an account: `replies` is a folder in which the client's programs make their own pipes. */
  open(replies: string, client: DeskClient): { readonly key: string; close(): void };
  close(): void;
}

/** Longest request that is read: a pipe takes so much as one. */
const LONGEST = 4096;

export async function openToolDesk(folder: string): Promise<ToolDesk> {
  const [pipe, socket] = [join(folder, 'desk'), join(folder, 'desk.sock')];
  await run('mkfifo', ['-m', '622', pipe]);
  await chmod(pipe, 0o622);
  const clients = new Map<string, { readonly replies: string; readonly client: DeskClient }>();
  const take = (line: string): void => {
    const [key = '', verb = '', id = '', ...words] = line.split(' ');
    const account = clients.get(key);
    if (!account || !/^\d{1,10}$/.test(id)) return;
    const path = join(account.replies, id);
    account.client.ask({
      verb,
      words: words.filter((word) => word !== ''),
      alive: () => withPipe(path, () => undefined),
      answer: (text) => void withPipe(path, (fd) => writeSync(fd, `${text}\n`)),
    });
  };
  // Open for writing too, so that the last writer's end is not the end of the pipe.
  const requests = new Socket({
    fd: openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  eachLine(requests, take);
  requests.unref();

  const server = createServer((channel) => {
    channel.on('error', () => undefined);
    channel.once('data', (data: Buffer) => {
      const [key = '', name = ''] = data.toString('utf8').trim().split(' ');
      const account = clients.get(key);
      if (account) account.client.connect(name, channel);
      else channel.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  await chmod(socket, 0o666);
  server.unref();

  return {
    pipe,
    socket,
    open(replies, client) {
      const key = randomBytes(12).toString('hex');
      clients.set(key, { replies, client });
      return { key, close: () => clients.delete(key) };
    },
    close() {
      requests.destroy();
      server.close();
    },
  };
}

function eachLine(stream: Socket, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('error', () => undefined);
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!.slice(-LONGEST);
    for (const line of lines) take(line);
  });
}

/** Does something with a pipe that somebody reads from. False when nobody does. What lies there may be other people's. */
function withPipe(path: string, act: (fd: number) => void): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (!fstatSync(fd).isFIFO()) return false;
    act(fd);
    return true;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
