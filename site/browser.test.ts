/**
 * The built book in a real browser: the small one, which has one of everything, and the book itself. Its pages and what all of
 * them can do are one file: where nothing is known yet of how long files take, vitest begins with the largest, and what looks at
 * each page must not begin last.
 */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type BookName, LOOKS, Session, unfold, violations, withoutBrowser } from './testing/session.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Milliseconds: all pages of a book, one after the other, and axe takes seconds for a long one. */
const A_WHOLE_BOOK = 240_000;

/** Each width and each theme once: how a page looks depends on one of the two. How it is made is the same in both. */
const views = [
  { width: 1280, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const;

describe.skipIf(withoutBrowser)('the book in a browser', () => {
  const session = new Session();
  afterAll(() => session.close());

  describe.each<BookName>(['small', 'real'])('the %s book', (which) => {
    it.each(views)('is accessible and fits at $width px, $colorScheme', { timeout: A_WHOLE_BOOK }, async (view) => {
      const { url, pages } = await session.book(which);
      for (const name of pages) {
        await session.visit(url + name, view, async (page) => {
          await unfold(page);
          const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          expect(content, `${name} is wider than the window`).toBeLessThanOrEqual(window!);
          // The small book has one of everything, and there all rules look at it on a narrow screen, too.
          const only = which === 'real' && view.width < 1000 ? LOOKS : undefined;
          expect(await violations(page, only), name).toEqual([]);
        });
      }
    });

    it('can be read without JavaScript', { timeout: A_WHOLE_BOOK }, async () => {
      const { url, pages } = await session.book(which);
      for (const name of pages) {
        await session.visit(url + name, { width: 320, javaScriptEnabled: false }, async (page) => {
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
    await session.visitChapter({}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the text');
      const top = await page.evaluate(() => document.activeElement!.getBoundingClientRect().top);
      expect(top).toBeGreaterThanOrEqual(0);
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('text');
    });
  });

  it('opens and closes the contents by keyboard on a narrow screen', async () => {
    await session.visitChapter({ width: 320 }, async (page) => {
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
    await session.visitChapter({ colorScheme: 'light' }, async (page) => {
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
    await session.visitChapter({}, async (page) => {
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

  it('takes an answer by keyboard on a narrow screen, explains it, counts it and keeps it', async () => {
    await session.visitChapter({ width: 320 }, async (page) => {
      const [first, second] = [page.locator('.quiz').nth(0), page.locator('.quiz').nth(1)];
      const shown = (quiz: typeof first) => quiz.locator('.why:visible').allTextContents();
      expect(await shown(first)).toEqual([]);
      await first.getByRole('radio', { name: 'Yes, it is made for that' }).focus();
      await page.keyboard.press('Space');
      expect((await shown(first)).join()).toContain('Not this one.');
      await page.keyboard.press('ArrowDown');
      expect((await shown(first)).join()).toContain('must replace it first');
      expect(await page.locator('#said').textContent()).toMatch(/^✓ Right\. The function must replace it first\./);
      await page.getByText('1 of 2 answered, 1 right.').waitFor();
      await second.getByRole('radio', { name: 'No.' }).check();
      await page.getByText('2 of 2 answered, 1 right.').waitFor();
      expect(await violations(page)).toEqual([]);

      await page.reload();
      await page.getByText('2 of 2 answered, 1 right.').waitFor();
      expect((await shown(second)).join()).toContain('It is.');
      await page.getByRole('button', { name: 'Clear my answers' }).click();
      await page.getByText('0 of 2 answered, 0 right.').waitFor();
      expect(await shown(first)).toEqual([]);
      expect(
        await first
          .getByRole('radio')
          .first()
          .evaluate((input) => input === document.activeElement),
      ).toBe(true);
    });
  });

  it('explains an answer without JavaScript', async () => {
    await session.visitChapter({ width: 320, javaScriptEnabled: false }, async (page) => {
      const quiz = page.locator('.quiz').first();
      expect(await quiz.locator('.why:visible').count()).toBe(0);
      await quiz.getByText('No, a plus stays.').click();
      expect(await quiz.locator('.why:visible').allTextContents()).toEqual([expect.stringContaining('Right.')]);
      expect(await page.locator('.score').count()).toBe(0);
    });
  });

  it('prints without chrome, and with what is folded on screen', async () => {
    await session.visitChapter({ colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      for (const chrome of ['.top', '#contents', '.turn', '.copy', '.choice input', '.score'])
        expect(await page.locator(chrome).first().isVisible(), chrome).toBe(false);
      expect(await page.locator('.drawing details p').first().isVisible()).toBe(true);
      for (const why of await page.locator('.why').all()) expect(await why.isVisible()).toBe(true);
      expect(await page.evaluate(() => getComputedStyle(document.body).color)).toMatch(/^oklch\(0\.2/);
    });
  });
});
