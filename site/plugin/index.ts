/** The Vite plugin: pages of the book as HTML entries without files, and live reload when a source changes. */
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { type Book, loadBook } from './book.ts';
import { layout } from './layout.ts';

export interface BookPluginOptions {
  /** The repository. */
  readonly root: string;
  /** Vite's root: where `/style/…` and `/src/…` are. */
  readonly site: string;
  /** The book when it was loaded already (the build does so first, for its error messages). */
  readonly book?: Book;
}

const assets = { css: '/style/main.css', js: '/src/main.ts' };

export function bookPlugin({ root, site, book: loaded }: BookPluginOptions): Plugin {
  let book: Promise<Book> | undefined = loaded && Promise.resolve(loaded);
  const current = (): Promise<Book> => {
    book ??= loadBook(root);
    return book;
  };
  const html = async (name: string): Promise<string | undefined> => {
    const loadedBook = await current();
    const page = loadedBook.pages.find((candidate) => candidate.name === name);
    return page && layout(loadedBook, page, assets);
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
    // With `crossorigin` on them, styles would be refused when a page is opened as a file.
    transformIndexHtml: { order: 'post', handler: (page) => page.replaceAll(' crossorigin', '') },
    configureServer(server) {
      const sources = ['chapters', 'labs', 'solutions'].map((folder) => join(root, folder));
      server.watcher.add(sources);
      server.watcher.on('all', (_event, file) => {
        if (!sources.some((folder) => file.startsWith(folder))) return;
        book = undefined;
        server.ws.send({ type: 'full-reload' });
      });
      server.middlewares.use(async (request, response, next) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname;
        const name = path === '/' ? 'index.html' : path.slice(1);
        if (!name.endsWith('.html')) return next();
        try {
          const page = await html(name);
          if (page === undefined) return next();
          response.setHeader('content-type', 'text/html; charset=utf-8');
          response.end(await server.transformIndexHtml(`/${name}`, page));
        } catch (error) {
          book = undefined;
          response.statusCode = 500;
          response.setHeader('content-type', 'text/plain; charset=utf-8');
          response.end((error as Error).message);
        }
      });
    },
  };
}
