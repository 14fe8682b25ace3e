/** The built book in a real browser: the small one, which has one of everything, and the book itself. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { findBrowser, installCommand } from './browser.ts';
import { type BookName, LOOKS, Session, unfold, violations } from './testing/session.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Milliseconds: all pages of a book, one after the other, and axe takes seconds for a long one. */
const A_WHOLE_BOOK = 240_000;

const skipped = findBrowser() === undefined && process.env.WORKBOOK_REQUIRE_BROWSER !== '1';
if (skipped) console.warn(`Skipped: no Chromium or Chrome was found. This installs one: ${installCommand()}`);

/** Each width and each theme once: how a page looks depends on one of the two. How it is made is the same in both. */
const views = [
  { width: 1280, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const;

describe.skipIf(skipped)('the book in a browser', () => {
  const session = new Session();
  afterAll(() => session.close());
  const chapterUrl = async () => `${(await session.book('small')).url}01-small.html`;

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
    await session.visit(await chapterUrl(), {}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the text');
      const top = await page.evaluate(() => document.activeElement!.getBoundingClientRect().top);
      expect(top).toBeGreaterThanOrEqual(0);
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('text');
    });
  });

  it('opens and closes the contents by keyboard on a narrow screen', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
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
    await session.visit(await chapterUrl(), { colorScheme: 'light' }, async (page) => {
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
    await session.visit(await chapterUrl(), {}, async (page) => {
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
    await session.visit(await chapterUrl(), {}, async (page) => {
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

  it('explores a schedule by keyboard on a narrow screen', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
      const figure = page.locator('[data-figure="cron"]');
      await figure.scrollIntoViewIfNeeded();
      const expression = figure.getByRole('textbox', { name: 'Expression' });
      const said = page.locator('#said');
      const words = figure.locator('.words');
      const write = async (text: string) => {
        await expression.focus();
        await page.keyboard.press('Control+A');
        await page.keyboard.type(text);
      };
      await write('30 2 * * *');
      await figure.getByText('That is a line of crontab.').waitFor();
      expect(await expression.getAttribute('aria-invalid')).toBe('true');
      expect(await violations(page)).toEqual([]);

      await write('cron(30 2 * * ? *)');
      await words.getByText('Firings in 2027: 364').waitFor();
      expect(await expression.getAttribute('aria-invalid')).toBe('false');
      await page.keyboard.press('Tab');
      await expect.poll(() => said.textContent()).toContain('There is no 02:30, and nothing fires for it.');
      await figure.getByText('✓ Done: Write a time that one day').waitFor();

      // The focus is on the time zones now: a letter chooses.
      await page.keyboard.type('UTC');
      await figure.getByRole('listitem').getByText('Clocks there do not change.').waitFor();
      await write('rate(40 minutes)');
      await figure.getByText('✓ Done: Let 40 minutes pass').waitFor();

      await figure.getByRole('button', { name: 'Start over' }).focus();
      await page.keyboard.press('Enter');
      await words.getByText('Firings in 2027: 261').waitFor();
      const day = figure.getByRole('slider', { name: 'List firings from' });
      await day.focus();
      await page.keyboard.press('Home');
      expect(await day.getAttribute('aria-valuetext')).toBe(
        '1 January; the next firing is Fri 1 Jan 18:00, 17:00 in UTC',
      );
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await figure.getByText('The next firings from 27 March on:').waitFor();
      await page.keyboard.press('Enter');
      await figure.getByText('The next firings from 30 October on:').waitFor();
    });
  });

  it('lets documents pass by keyboard on a narrow screen, and time run until it is stopped', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
      const figure = page.locator('[data-figure="pipeline"]');
      await figure.scrollIntoViewIfNeeded();
      const words = figure.locator('.words');
      const press = async (name: string) => {
        await figure.getByRole('button', { name }).focus();
        await page.keyboard.press('Enter');
      };
      await figure.getByRole('slider', { name: 'Documents' }).focus();
      await page.keyboard.press('End');
      await press('Upload them');
      await words.getByText('0:00: 300 documents uploaded').waitFor();
      await press('A minute');
      await figure.getByText('✓ Done: Make the alarm fire.').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      for (let minute = 0; minute < 8; minute++) await press('A minute');
      await figure.getByText('✓ Done: After a run, leave 100 or more').waitFor();
      expect(await violations(page)).toEqual([]);

      await press('Run');
      await expect.poll(() => words.textContent()).not.toMatch(/^9:00/);
      await press('Pause');
      const stopped = await words.textContent();
      await press('10 seconds');
      expect(await words.textContent()).not.toBe(stopped);
      await press('Start over');
      await words.getByText('0:00: 0 documents uploaded').waitFor();
    });
  });

  it('plans a night of credentials by keyboard on a narrow screen', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
      const figure = page.locator('[data-figure="credentials"]');
      await figure.scrollIntoViewIfNeeded();
      const words = figure.locator('.words');
      const slide = async (name: string, key: string, times = 1) => {
        await figure.getByRole('slider', { name }).focus();
        for (let press = 0; press < times; press++) await page.keyboard.press(key);
      };
      // A letter chooses in a list that has the focus.
      const choose = async (name: string, keys: string) => {
        await figure.getByRole('combobox', { name }).focus();
        await page.keyboard.type(keys);
      };
      await slide('Session asked for', 'ArrowRight');
      await words.getByText('STS refuses a session of 1 h 15 min').waitFor();
      await figure.getByText('✓ Done: Ask for a session that STS refuses').waitFor();

      await slide('Session asked for', 'End');
      await choose('Session begun by', 'somebody');
      await figure.getByText('✓ Done: Let keys that were copied once').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      expect(await words.textContent()).toMatch(/^All 37 calls are done\./);

      await figure.getByRole('button', { name: 'Start over' }).focus();
      await page.keyboard.press('Enter');
      await words.getByText('24 of 37 calls fail.').waitFor();
      await choose('The program', 'renews ahead, k');
      await figure.getByText('✓ Done: As a chained session').waitFor();
      await slide('If ahead, by', 'Home');
      await slide('STS refuses from', 'ArrowRight', 15);
      await figure.getByText('✓ Done: Renew ahead, keep the old keys').waitFor();
      await words.getByText('and STS refuses to give new ones').waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  it('kills, freezes and thaws workers by keyboard on a narrow screen, and time runs in steps for who wants no motion', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
      const figure = page.locator('[data-figure="healing"]');
      await figure.scrollIntoViewIfNeeded();
      const words = figure.locator('.words');
      const press = async (name: string, times = 1) => {
        await figure.getByRole('button', { name }).focus();
        for (let time = 0; time < times; time++) await page.keyboard.press('Enter');
      };
      const worker = figure.getByRole('combobox', { name: 'Worker' });
      const choose = async (letter: string) => {
        await worker.focus();
        await page.keyboard.type(letter);
      };
      await press('10 seconds', 2);
      await choose('B');
      await press('Freeze it');
      await words.getByText('B frozen').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      await choose('A');
      await press('Kill it');
      await press('10 seconds', 9);
      await choose('B');
      await press('Thaw it');
      await press('10 seconds');
      await figure.getByText('✓ Done: Bring a worker back from the dead').waitFor();
      await words.getByText('1 late commit was refused').waitFor();
      await choose('C');
      await press('Kill it');
      await press('10 seconds', 12);
      await figure.getByText('✓ Done: Kill two workers').waitFor();
      expect(await worker.locator('option').allTextContents()).toEqual(expect.arrayContaining(['A', 'D']));
      expect(await violations(page)).toEqual([]);

      await press('Start over');
      await words.getByText('0:00: 0 of 12 files are committed').waitFor();
      expect(await worker.locator('option').allTextContents()).toEqual(['A', 'B', 'C']);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await press('Run');
      await expect.poll(() => words.textContent(), { timeout: 30_000 }).not.toMatch(/^0:00/);
      await press('Pause');
      const [, minutes, seconds] = /^(\d+):(\d+)/.exec((await words.textContent())!)!;
      expect((Number(minutes) * 60 + Number(seconds)) % 12).toBe(0);
    });
  });

  it('shares out files by keyboard on a narrow screen', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
      const figure = page.locator('[data-figure="stragglers"]');
      await figure.scrollIntoViewIfNeeded();
      const words = figure.locator('.words');
      const slide = async (name: string, key: string, times = 1) => {
        await figure.getByRole('slider', { name }).focus();
        for (let press = 0; press < times; press++) await page.keyboard.press(key);
      };
      const choose = async (keys: string) => {
        await figure.getByRole('combobox', { name: 'Files are' }).focus();
        await page.keyboard.type(keys);
      };
      await words.getByText('the last is done after 42 min, 2.00 times').waitFor();
      await slide('The largest takes', 'Home');
      await figure.getByText('✓ Done: On three equal machines').waitFor();
      await words.getByText('the last is done after 6 min, 1.00 times').waitFor();

      await figure.getByRole('button', { name: 'Start over' }).focus();
      await page.keyboard.press('Enter');
      await choose('longest first, then');
      await figure.getByText('✓ Done: Have copies cost work').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      await slide('Worker 1 is slower by', 'End');
      await figure.getByText('✓ Done: Have a copy make the run shorter').waitFor();
      await slide('Worker 1 is slower by', 'Home');
      await choose('taken when free, l');
      await slide('Workers', 'ArrowRight', 2);
      await figure.getByText('✓ Done: Longest first: take so many').waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  it('chooses what a site does in a partition by keyboard on a narrow screen', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
      const figure = page.locator('[data-figure="partition"]');
      await figure.scrollIntoViewIfNeeded();
      const words = figure.locator('.words');
      // A letter chooses in a list that has the focus.
      const choose = async (name: string, keys: string) => {
        await figure.getByRole('combobox', { name }).focus();
        await page.keyboard.type(keys);
      };
      const slide = async (name: string, key: string, times = 1) => {
        await figure.getByRole('slider', { name }).focus();
        for (let press = 0; press < times; press++) await page.keyboard.press(key);
      };
      await words.getByText('Refused: 2 claims of a handle').waitFor();
      await choose('Counts are kept in', 'each');
      await figure.getByText('✓ Done: For 15 minutes or more').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      await choose('Copies of a count are', 'numbers, c');
      await figure.getByText('✓ Done: Let the partition heal').waitFor();
      await choose('Handles are kept in', 'each');
      await figure.getByText('✓ Done: Promise one handle').waitFor();
      await words.getByText('2 handles are promised to two people.').waitFor();
      expect(await violations(page)).toEqual([]);

      await figure.getByRole('button', { name: 'Start over' }).focus();
      await page.keyboard.press('Enter');
      await words.getByText('From 0:15 to 0:40').waitFor();
      await slide('and is broken for', 'ArrowLeft', 20);
      await slide('The way breaks at', 'ArrowLeft', 6);
      await figure.getByText('✓ Done: Let the way be').waitFor();
    });
  });

  it('takes an answer by keyboard on a narrow screen, explains it, counts it and keeps it', async () => {
    await session.visit(await chapterUrl(), { width: 320 }, async (page) => {
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
    await session.visit(await chapterUrl(), { width: 320, javaScriptEnabled: false }, async (page) => {
      const quiz = page.locator('.quiz').first();
      expect(await quiz.locator('.why:visible').count()).toBe(0);
      await quiz.getByText('No, a plus stays.').click();
      expect(await quiz.locator('.why:visible').allTextContents()).toEqual([expect.stringContaining('Right.')]);
      expect(await page.locator('.score').count()).toBe(0);
    });
  });

  it('prints without chrome, and with what is folded on screen', async () => {
    await session.visit(await chapterUrl(), { colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      for (const chrome of ['.top', '#contents', '.turn', '.copy', '.choice input', '.score'])
        expect(await page.locator(chrome).first().isVisible(), chrome).toBe(false);
      expect(await page.locator('.drawing details p').first().isVisible()).toBe(true);
      for (const why of await page.locator('.why').all()) expect(await why.isVisible()).toBe(true);
      expect(await page.evaluate(() => getComputedStyle(document.body).color)).toMatch(/^oklch\(0\.2/);
    });
  });
});
