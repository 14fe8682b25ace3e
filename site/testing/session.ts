/**
 * A browser and the built books, each made when a test first asks for it: what cannot be made fails the tests that need
 * it, where a failing hook would only skip them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBrowser, installCommand } from '../browser.ts';
import { buildSite } from '../index.ts';
import { temporaryBook } from './small-book.ts';
import { serveFolder } from './static-server.ts';

export type BookName = 'small' | 'real';

export interface View {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

export interface ServedBook {
  /** Ends with the book's base path. */
  readonly url: string;
  readonly pages: readonly string[];
}

/** Starts the installed browser. Throws when there is none, with the command that installs one. */
export async function launchBrowser(): Promise<Browser> {
  const program = findBrowser();
  if (!program) throw new Error(`No Chromium or Chrome was found. This installs one: ${installCommand()}`);
  // Root may not use Chromium's own sandbox; the pages are ours.
  return chromium.launch({ executablePath: program, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** Tests that need a browser are skipped where there is none, unless the environment insists on them, as CI does. */
export const withoutBrowser = findBrowser() === undefined && process.env.WORKBOOK_REQUIRE_BROWSER !== '1';
if (withoutBrowser) console.warn(`Skipped: no Chromium or Chrome was found. This installs one: ${installCommand()}`);

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export class Session {
  readonly #closers: (() => unknown)[] = [];
  readonly #books = new Map<BookName, Promise<ServedBook>>();
  #browser: Promise<Browser> | undefined;

  /** The book, built once and served: the small one by relative addresses, the real one under a base path. */
  book(name: BookName): Promise<ServedBook> {
    let book = this.#books.get(name);
    if (!book) {
      book = this.#build(name);
      this.#books.set(name, book);
    }
    return book;
  }

  async #build(name: BookName): Promise<ServedBook> {
    const folder = mkdtempSync(join(tmpdir(), 'workbook-dist-'));
    this.#closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const outDir = join(folder, name);
    const base = name === 'real' ? '/book/' : undefined;
    const source = name === 'small' ? temporaryBook() : undefined;
    const { pages } = await buildSite({ root: source?.root, outDir, base }).finally(() => source?.remove());
    const server = await serveFolder(outDir, base ?? '/any/where/');
    this.#closers.push(() => server.close());
    return { url: server.url, pages };
  }

  /** Opens a page in a window of its own, hands it over, closes it. Whatever the console says is a failure. */
  async visit(url: string, view: View, look: (page: Page) => Promise<void>): Promise<void> {
    this.#browser ??= launchBrowser();
    const { width = 1280, ...options } = view;
    const context = await (await this.#browser).newContext({ viewport: { width, height: 800 }, ...options });
    const said: string[] = [];
    try {
      const page = await context.newPage();
      page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => said.push(error.message));
      page.on('requestfailed', (request) => said.push(`failed: ${request.url()}`));
      page.on('response', (response) => {
        if (response.status() >= 400) said.push(`${response.status()}: ${response.url()}`);
      });
      await page.goto(url);
      await look(page);
      expect(said).toEqual([]);
    } finally {
      await context.close();
    }
  }

  /** The small book's chapter, which has one of everything. */
  async visitChapter(view: View, look: (page: Page) => Promise<void>): Promise<void> {
    const { url } = await this.book('small');
    await this.visit(`${url}01-small.html`, view, look);
  }

  async close(): Promise<void> {
    await (await this.#browser?.catch(() => undefined))?.close();
    for (const close of this.#closers) await close();
  }
}

/** Wakes what comes alive when it is near, and opens what is folded. */
export async function unfold(page: Page): Promise<void> {
  for (const figure of await page.locator('[data-figure]').all()) {
    await figure.scrollIntoViewIfNeeded();
    await figure.locator('.controls:not([disabled])').waitFor();
  }
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** Rules that look at colours and sizes: what they find is another matter in each theme and width. */
export const LOOKS = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

/** What axe-core finds in the page as it stands, by all its rules unless told. */
export async function violations(page: Page, only?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe.source);
  const result = await page.evaluate(
    (runOnly) => {
      // Code is thousands of coloured words, and axe looks at each for long: one of each colour on each ground shows the same.
      const seen = new Set<string>();
      for (const word of document.querySelectorAll('pre i')) {
        const look = `${word.className} on ${word.closest('.callout, .question, .step, .code')?.className}`;
        word.toggleAttribute('data-alike', seen.has(look));
        seen.add(look);
      }
      return (globalThis as unknown as { axe: typeof axe }).axe.run(
        { exclude: [['[data-alike]']] },
        { runOnly, resultTypes: ['violations'], reporter: 'no-passes' },
      );
    },
    [...(only ?? rules)],
  );
  return result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`,
  );
}
