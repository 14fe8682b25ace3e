/** The Vite plugin: pages of the book as HTML entries without files, and live reload when a source changes. */
import { join } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';
import type { Progress } from '../progress.ts';
import { type Book, loadBook } from './book.ts';
import { escapeHtml } from './html.ts';
import { layout } from './layout.ts';

export interface BookPluginOptions {
  /** The repository. */
  readonly root: string;
  /** Vite's root: where `/style/…` and `/src/…` are. */
  readonly site: string;
  /** The book when it was loaded already (the build does so first, for its error messages). */
  readonly book?: Book;
  /** The reader's last results, for a server that has them. */
  readonly progress?: () => Progress | Promise<Progress>;
}

const assets = { css: '/style/index.css', js: '/src/main.ts' };
const sourceFolders = ['chapters', 'labs', 'solutions'];

export function bookPlugin({ root, site, book: loaded, progress }: BookPluginOptions): Plugin {
  let book: Promise<Book> | undefined = loaded && Promise.resolve(loaded);
  const load = (): Promise<Book> => {
    book ??= loadBook(root);
    return book;
  };
  const html = async (name: string): Promise<string | undefined> => {
    const loadedBook = await load();
    const page = loadedBook.pages.find((candidate) => candidate.name === name);
    return page && layout(loadedBook, page, { ...assets, progress: progress !== undefined });
  };
  const pageOf = (id: string): string | undefined =>
    id.startsWith(`${site}/`) && id.endsWith('.html') ? id.slice(site.length + 1) : undefined;

  return {
    name: 'book',
    resolveId: { order: 'pre', handler: (id) => (pageOf(id) === undefined ? undefined : id) },
    load: {
      order: 'pre',
      async handler(id) {
        const name = pageOf(id);
        return name === undefined ? undefined : html(name);
      },
    },
    // The colours of code are known when all of it has been read. A book that cannot be is explained on a page without code.
    transform: {
      order: 'pre',
      async handler(css, id) {
        if (id.replace(/\?.*/, '') !== site + assets.css) return undefined;
        const colours = await load().then(
          ({ codeCss }) => codeCss,
          () => '',
        );
        return css + colours;
      },
    },
    // With `crossorigin` on them, styles would be refused when a page is opened as a file.
    transformIndexHtml: { order: 'post', handler: (page) => page.replaceAll(' crossorigin', '') },
    configureServer(server) {
      watch(server, root, () => {
        book = undefined;
        server.moduleGraph.onFileChange(site + assets.css);
      });
      server.middlewares.use(async (request, response, next) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname;
        const answer = async (status: number, page: string): Promise<void> => {
          response.statusCode = status;
          response.setHeader('content-type', 'text/html; charset=utf-8');
          response.end(await server.transformIndexHtml(path, page));
        };
        try {
          if (progress && path === '/progress.json') {
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify(await progress()));
            return;
          }
          const name = path === '/' ? 'index.html' : path.slice(1);
          if (!name.endsWith('.html')) return next();
          const page = await html(name);
          if (page === undefined) await answer(404, message('There is no such page', `The book has no ${name}.`));
          else await answer(200, page);
        } catch (error) {
          book = undefined;
          await answer(500, message('The book cannot be shown', (error as Error).message));
        }
      });
    },
  };
}

/** Reloads the pages when a source changes. What learners write in `labs/N/src` is none. */
function watch(server: ViteDevServer, root: string, forget: () => void): void {
  const folders = sourceFolders.map((folder) => `${join(root, folder)}/`);
  server.watcher.add(folders);
  server.watcher.on('all', (_event, file) => {
    if (!folders.some((folder) => file.startsWith(folder)) || /\/labs\/[^/]+\/src\//.test(file)) return;
    forget();
    server.ws.send({ type: 'full-reload' });
  });
}

/** A page with words alone: the live reload in it brings the real one back once the source is mended. */
function message(title: string, text: string): string {
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${title}</title><link rel="stylesheet" href="${assets.css}"></head><body><main class="notice"><h1>${title}</h1>` +
    `<pre>${escapeHtml(text)}</pre><p><a href="/">To the book’s first page</a></p></main></body></html>`
  );
}
