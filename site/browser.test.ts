/** The built book in a real browser: the small one, which has one of everything, and the book itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBrowser, installCommand } from './browser.ts';
import { buildSite } from './index.ts';
import { type TemporaryBook, temporaryBook } from './testing/small-book.ts';
import { type StaticServer, serveFolder } from './testing/static-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const program = findBrowser();
const required = process.env.WORKBOOK_REQUIRE_BROWSER === '1';
if (!program && !required)
  console.warn(`Skipped: no Chromium or Chrome was found. This installs one: ${installCommand()}`);

const views = [1280, 320].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

describe.skipIf(!program && !required)('the book in a browser', () => {
  let browser: Browser;
  let small: TemporaryBook;
  let folder: string;
  const books: Record<string, { readonly server: StaticServer; readonly pages: readonly string[] }> = {};
  const open = new Set<BrowserContext>();

  beforeAll(async () => {
    if (!program) throw new Error(`No Chromium or Chrome was found. This installs one: ${installCommand()}`);
    folder = await mkdtemp(join(tmpdir(), 'workbook-dist-'));
    small = temporaryBook();
    const { outDir, pages } = await buildSite({ root: small.root, outDir: join(folder, 'small') });
    books.small = { pages, server: await serveFolder(outDir, '/any/where/') };
    // Root may not use Chromium's own sandbox; the pages are ours.
    browser = await chromium.launch({
      executablePath: program,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  afterAll(async () => {
    await browser?.close();
    for (const { server } of Object.values(books)) await server.close();
    small?.remove();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  interface View {
    readonly width?: number;
    readonly colorScheme?: 'light' | 'dark';
    readonly javaScriptEnabled?: boolean;
  }

  /** Opens a page in a window of its own, hands it over, closes it. Whatever the console says is an error. */
  async function visit(url: string, view: View, look: (page: Page) => Promise<void>): Promise<void> {
    const { width = 1280, ...options } = view;
    const context = await browser.newContext({ viewport: { width, height: 800 }, ...options });
    open.add(context);
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
      open.delete(context);
      await context.close();
    }
  }

  const chapterUrl = () => `${books.small!.server.url}01-small.html`;

  /** Wakes what comes alive when it is near, and opens what is folded. */
  async function unfold(page: Page): Promise<void> {
    for (const figure of await page.locator('[data-figure]').all()) {
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('.controls').waitFor();
    }
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
  }

  /** What axe-core finds in the page as it stands. */
  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const result = await page.evaluate(
      (tags) => (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: tags }),
      rules,
    );
    return result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`,
    );
  }

  describe.each(['small', 'real'])('the %s book', (which) => {
    beforeAll(async () => {
      if (books[which]) return;
      const { outDir, pages } = await buildSite({ outDir: join(folder, which), base: '/book/' });
      books[which] = { pages, server: await serveFolder(outDir, '/book/') };
    });

    it.each(views)('is accessible and fits at $width px, $colorScheme', async (view) => {
      const { server, pages } = books[which]!;
      for (const name of pages) {
        await visit(server.url + name, view, async (page) => {
          await unfold(page);
          const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          expect(content, `${name} is wider than the window`).toBeLessThanOrEqual(window!);
          expect(await violations(page), name).toEqual([]);
        });
      }
    });

    it('can be read without JavaScript', async () => {
      const { server, pages } = books[which]!;
      for (const name of pages) {
        await visit(server.url + name, { width: 320, javaScriptEnabled: false }, async (page) => {
          expect((await page.locator('article').textContent())!.length).toBeGreaterThan(100);
          expect(await page.locator('article h1').isVisible()).toBe(true);
          for (const figure of await page.locator('figure.drawing').all()) {
            await expect(figure.locator('svg').first().isVisible()).resolves.toBe(true);
            expect((await figure.locator('details').textContent())!.length).toBeGreaterThan(100);
          }
          await page.getByRole('button', { name: 'Contents' }).click();
          await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: 'Glossary' }).waitFor();
          expect(await page.locator('#theme').isVisible()).toBe(false);
        });
      }
    });
  });

  it('leads the keyboard past the header', async () => {
    await visit(chapterUrl(), {}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the text');
      const top = await page.evaluate(() => document.activeElement!.getBoundingClientRect().top);
      expect(top).toBeGreaterThanOrEqual(0);
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('text');
    });
  });

  it('opens and closes the contents by keyboard on a narrow screen', async () => {
    await visit(chapterUrl(), { width: 320 }, async (page) => {
      const button = page.getByRole('button', { name: 'Contents' });
      const contents = page.locator('#contents');
      expect(await contents.isVisible()).toBe(false);
      await button.focus();
      await page.keyboard.press('Enter');
      await contents.waitFor({ state: 'visible' });
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('#contents') !== null)).toBe(true);
      await page.keyboard.press('Escape');
      await contents.waitFor({ state: 'hidden' });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
      await button.click();
      await contents.getByRole('link', { name: 'The limit' }).click();
      await contents.waitFor({ state: 'hidden' });
      expect(new URL(page.url()).hash).toBe('#the-limit');
    });
  });

  it('keeps the chosen theme, and has it before the page is drawn', async () => {
    await visit(chapterUrl(), { colorScheme: 'light' }, async (page) => {
      const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await paper();
      await page.getByRole('button', { name: 'Dark theme' }).click();
      const dark = await paper();
      expect(dark).not.toBe(light);
      await page.addInitScript(() => {
        // The body's first appearance: by then the head's script must have run.
        new MutationObserver((_, watcher) => {
          if (!document.body) return;
          document.documentElement.dataset.first = document.documentElement.dataset.theme ?? 'none';
          watcher.disconnect();
        }).observe(document, { childList: true, subtree: true });
      });
      await page.reload();
      expect(await page.evaluate(() => document.documentElement.dataset.first)).toBe('dark');
      expect(await paper()).toBe(dark);
      await page.getByRole('button', { name: 'Light theme' }).click();
      expect(await paper()).toBe(light);
    });
  });

  it('copies a command and a listing', async () => {
    await visit(chapterUrl(), {}, async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await page.getByRole('button', { name: 'Copy npm run lab 1.1' }).click();
      await page.getByText('Copied.', { exact: true }).waitFor({ state: 'attached' });
      expect(await clipboard()).toBe('npm run lab 1.1');
      await page.getByRole('button', { name: 'Copy solutions/01-small/handler.ts' }).first().click();
      await expect.poll(clipboard).toContain('decodeURIComponent');
      expect(await clipboard()).toMatch(/^\/\*\* The key/);
    });
  });

  it('draws a figure again when a knob is turned by key, and ticks what was asked', async () => {
    await visit(chapterUrl(), {}, async (page) => {
      const figure = page.locator('[data-figure="environments"]');
      await figure.scrollIntoViewIfNeeded();
      const work = figure.getByRole('slider', { name: 'Work for each' });
      const words = figure.locator('.words');
      const before = await words.textContent();
      await work.focus();
      await page.keyboard.press('End');
      expect(await words.textContent()).not.toBe(before);
      expect(await work.getAttribute('aria-valuetext')).toBe('20 s');
      await figure.getByRole('slider', { name: 'Kept when idle for' }).focus();
      await page.keyboard.press('Home');
      await figure.getByText('✓ Done: Make every one').waitFor();
      await figure.getByRole('button', { name: 'Start over' }).click();
      expect(await words.textContent()).toBe(before);
      await figure.getByRole('button', { name: 'Another minute' }).click();
      expect(await words.textContent()).not.toBe(before);
    });
  });

  it('prints without chrome, and with what is folded on screen', async () => {
    await visit(chapterUrl(), { colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      for (const chrome of ['.top', '#contents', '.turn', '.copy'])
        expect(await page.locator(chrome).first().isVisible(), chrome).toBe(false);
      expect(await page.locator('.drawing details p').first().isVisible()).toBe(true);
      expect(await page.evaluate(() => getComputedStyle(document.body).color)).toMatch(/^oklch\(0\.2/);
    });
  });

  it('leaves no window open', () => {
    expect(open.size).toBe(0);
    expect(browser.contexts()).toEqual([]);
  });
});
