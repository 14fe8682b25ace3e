/** For tests: a sandbox with a held clock and a small HTTP server in the cloud's place. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudClock, createClock } from '../clock.ts';
import type { Program, ProgramSpec, Sandbox } from './contract.ts';
import { openSandbox } from './index.ts';

export interface Bench {
  readonly clock: CloudClock;
  readonly sandbox: Sandbox;
  readonly port: number;
  readonly folder: string;
  /** Starts `source` as a Node program; its lines are collected. */
  node(
    source: string,
    more?: Partial<ProgramSpec>,
  ): Promise<Program & { readonly lines: string[]; readonly scratch: string }>;
  close(): Promise<void>;
}

export async function openBench(
  name: 'process' | 'sealed',
  { heldAt, serve }: { heldAt?: number; serve?: (request: IncomingMessage, response: ServerResponse) => void } = {},
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
  const clock = createClock(heldAt === undefined ? {} : { heldAt });
  const open = new Set<string>();
  const make = () =>
    createServer((request, response) => {
      const id = String(request.headers['x-cloud-request']);
      open.add(id);
      response.once('close', () => open.delete(id));
      if (serve) serve(request, response);
      else response.end('hello');
    });
  const [tcp, unix] = [make(), make()];
  const socket = join(folder, 'cloud.sock');
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => unix.listen(socket, resolve));
  const { port } = tcp.address() as AddressInfo;
  const close = async () => {
    await sandbox?.close();
    clock.close();
    for (const server of [tcp, unix]) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await openSandbox({ name, clock, port, socket, openRequests: open, folder });
  } catch (error) {
    await close();
    throw error;
  }
  let count = 0;
  const opened = sandbox;
  return {
    clock,
    sandbox: opened,
    port,
    folder,
    close,
    async node(source, more = {}) {
      const [code, scratch] = [join(folder, `code${++count}`), join(folder, `scratch${count}`)];
      await mkdir(code);
      await mkdir(scratch);
      await writeFile(join(code, 'main.mjs'), source);
      const lines: string[] = [];
      const program = await opened.start({
        kind: 'function',
        command: ['node', join(opened.paths({ code, scratch }).code, 'main.mjs')],
        environment: { PORT: String(port) },
        code,
        scratch,
        onOutput: (_, line) => lines.push(line),
        ...more,
      });
      return Object.assign(program, { lines, scratch });
    },
  };
}
