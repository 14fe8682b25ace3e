/**
 * Where the small programs of a sandbox (`sleep`, `date`, `shutdown`) ask the cloud. They are shell scripts, and all that a
 * shell can speak without help is a named pipe: one for the requests of a program, which the cloud alone may read, and one of its
 * own per request for the answer. So they need neither an environment nor a network. A request is one line: `KEY VERB ID WORDS…`.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { makePipes } from './pipes.ts';

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

export interface DeskAccount {
  /** The pipe of the requests, for everybody to write to. */
  readonly pipe: string;
  readonly key: string;
  close(): void;
}

export interface ToolDesk {
  /** The socket at which Node programs report. */
  readonly socket: string;
  /** Opens an account: `replies` is a folder in which the client's programs make their own pipes. */
  open(replies: string, client: DeskClient): Promise<DeskAccount>;
  close(): void;
}

/** Longest request that is read: a pipe takes so much as one. */
const LONGEST = 4096;

export async function openToolDesk(folder: string): Promise<ToolDesk> {
  const socket = join(folder, 'desk.sock');
  const nextPipe = makePipes(folder, 'desk');
  const clients = new Map<string, DeskClient>();

  const server = createServer((channel) => {
    channel.on('error', () => undefined);
    channel.once('data', (data: Buffer) => {
      const [key = '', name = ''] = data.toString('utf8').trim().split(' ');
      const client = clients.get(key);
      if (client) client.connect(name, channel);
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
    socket,
    async open(replies, client) {
      const key = randomBytes(12).toString('hex');
      const pipe = await nextPipe();
      const requests = new Socket({ fd: openToRead(pipe), readable: true, writable: false });
      // It stays open for us; nobody else reads what others ask, or takes it away.
      await chmod(pipe, 0o222);
      eachRequest(requests, key, (request) => take(request, replies, client));
      requests.unref();
      clients.set(key, client);
      return {
        key,
        pipe,
        close: () => {
          clients.delete(key);
          requests.destroy();
          void rm(pipe, { force: true });
        },
      };
    },
    close: () => {
      server.close();
    },
  };
}

/** Open for writing too, so that the last writer's end is not the end of the pipe. */
const openToRead = (pipe: string): number => openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);

function take(request: string, replies: string, client: DeskClient): void {
  const [verb = '', id = '', ...words] = request.split(' ');
  if (!/^\d{1,10}$/.test(id)) return;
  const path = join(replies, id);
  client.ask({
    verb,
    words: words.filter((word) => word !== ''),
    alive: () => withPipe(path, () => undefined),
    answer: (text) => void withPipe(path, (fd) => writeSync(fd, `${text}\n`)),
  });
}

/**
 * A request arrives in one piece, whatever else its program writes into the pipe: it begins at the key. What is before it, what has
 * no key and what does not end is nobody's request.
 */
function eachRequest(stream: Socket, key: string, take: (request: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('error', () => undefined);
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!.slice(-LONGEST);
    for (const line of lines) {
      const begin = line.lastIndexOf(`${key} `);
      if (begin >= 0) take(line.slice(begin + key.length + 1));
    }
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
