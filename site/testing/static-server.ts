/** Serves a built book as a plain web server would: files alone, under a path. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
};

export interface StaticServer {
  /** Ends with `base`. */
  readonly url: string;
  close(): Promise<void>;
}

/** `base` begins and ends with a slash. */
export async function serveFolder(folder: string, base = '/'): Promise<StaticServer> {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const name = path.endsWith('/') ? `${path}index.html` : path;
    try {
      if (!name.startsWith(base)) throw new Error('outside');
      const file = await readFile(join(folder, name.slice(base.length)));
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(file);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
