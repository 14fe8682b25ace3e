/** The book as others use it: built into a folder, or served with live reload. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createLogger, createServer } from 'vite';
import { loadBook } from './plugin/book.ts';
import { bookPlugin } from './plugin/index.ts';
import type { Progress } from './progress.ts';
import { output, repository, settings, site } from './vite.ts';

export { BookError } from './plugin/problems.ts';
export type { Progress, StepState } from './progress.ts';

export interface BuildOptions {
  /** Folder for the pages; emptied first. `site/dist` unless told. */
  readonly outDir?: string;
  /** Path under which the book will be served, like `/workbook/`. Unless told, pages work under any path; opened as files they can be read, and figures stand still. */
  readonly base?: string;
  /** The repository that holds `chapters/`, `labs/` and `solutions/`; this one unless told. */
  readonly root?: string;
}

export interface Built {
  readonly outDir: string;
  readonly pages: readonly string[];
}

/** Builds the book. Throws `BookError`, with every problem found, before anything is written. */
export async function buildSite({ outDir, base = './', root = repository }: BuildOptions = {}): Promise<Built> {
  const folder = outDir ?? join(site, 'dist');
  const book = await loadBook(root);
  const pages = book.pages.map((page) => page.name);
  await build({
    ...settings,
    base,
    logLevel: 'warn',
    plugins: [bookPlugin({ root, site, book })],
    build: {
      ...settings.build,
      outDir: folder,
      rolldownOptions: { input: pages.map((name) => join(site, name)), output },
    },
  });
  return { outDir: folder, pages };
}

export interface ServeOptions {
  /** A free port unless told. Throws when it is taken. */
  readonly port?: number;
  readonly root?: string;
  /** The reader's last results, asked for whenever a page wants to show them. */
  readonly progress?: () => Progress | Promise<Progress>;
  /** Where the server keeps what it has made of the sources, until it is closed; the system's folder for such things unless told. */
  readonly temporary?: string;
}

export interface Served {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the book on loopback; pages follow their sources. A mistake in a source is shown as the page, and the
 * server goes on: so it also starts when the book cannot be built.
 */
export async function serveSite({
  port = 0,
  root = repository,
  progress,
  temporary = tmpdir(),
}: ServeOptions = {}): Promise<Served> {
  const cacheDir = await mkdtemp(join(temporary, 'workbook-site-'));
  const clean = () => rm(cacheDir, { recursive: true, force: true });
  const logger = createLogger('error');
  try {
    const server = await createServer({
      ...settings,
      cacheDir,
      customLogger: logger,
      plugins: [bookPlugin({ root, site, progress })],
      // One port for pages and live reload alike, and no open door for pages from elsewhere.
      server: { host: '127.0.0.1', port, strictPort: port !== 0, cors: false },
    });
    await server.listen();
    const address = server.httpServer!.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${address.port}/`,
      close: async () => {
        await server.close();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}
