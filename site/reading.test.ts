/** Finding one's way in the real book: links into pages land where they lead, and the contents say where one is. */
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Session, withoutBrowser } from './testing/session.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const chapters = ['01-faas.html', '02-microservices.html', '03-batch.html', '04-nohup-clusters.html'];

/** Waits until the page lies still and no figure near it is about to come alive, and tells by how much a heading is off. */
async function offBy(page: Page, id: string): Promise<number> {
  const look = () =>
    page.evaluate((heading) => {
      const { scrollHeight } = document.documentElement;
      const padding = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
      const top = document.getElementById(heading)!.getBoundingClientRect().top;
      const asleep = [...document.querySelectorAll('[data-figure]:has(.controls[disabled])')].some((figure) => {
        const box = figure.getBoundingClientRect();
        return box.bottom > -390 && box.top < innerHeight + 390;
      });
      // The last sections of a page may not reach the top: then its end is in view.
      const ended = scrollY + innerHeight >= scrollHeight - 2 && top > padding && top < innerHeight;
      return { at: `${scrollY} ${scrollHeight}`, asleep, off: ended ? 0 : Math.round(top - padding) };
    }, id);
  let before = await look();
  for (let still = 0; still < 3; ) {
    await page.waitForTimeout(50);
    const now = await look();
    still = now.at === before.at && !now.asleep ? still + 1 : 0;
    before = now;
  }
  return before.off;
}

/** Sections that follow a live figure, the last of the page among them. */
const below = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const figure = document.querySelector('[data-figure]')!;
    return [...document.querySelectorAll('article h2[id]')]
      .filter((heading) => figure.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING)
      .map(({ id }) => id);
  });

const marked = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.querySelector<HTMLAnchorElement>('.sections a[aria-current]')?.hash.slice(1));

describe.skipIf(withoutBrowser)('the way through the book', () => {
  const session = new Session();
  afterAll(() => session.close());

  it.each([1280, 390])('leads by hash and from the contents to the heading that is named, at %i px', async (width) => {
    const { url } = await session.book('real');
    for (const name of chapters) {
      let ids: readonly string[] = [];
      await session.visit(url + name, { width }, async (page) => {
        ids = await below(page);
        expect(ids.length, name).toBeGreaterThan(1);
        for (const id of new Set([ids.at(-1)!, ...ids.slice(0, 3)])) {
          if (width < 1100) await page.getByRole('button', { name: 'Contents' }).click();
          await page.locator(`.sections a[href="#${id}"]`).click();
          expect(Math.abs(await offBy(page, id)), `a click to ${name}#${id}`).toBeLessThanOrEqual(2);
        }
      });
      for (const id of new Set([ids[0]!, ids.at(-1)!]))
        await session.visit(`${url}${name}#${id}`, { width }, async (page) => {
          expect(Math.abs(await offBy(page, id)), `${name}#${id}`).toBeLessThanOrEqual(2);
        });
    }
  });

  it.each([1280, 390, 320])('moves nothing when a figure comes alive, at %i px', async (width) => {
    const { url } = await session.book('real');
    for (const name of chapters) {
      await session.visit(url + name, { width }, async (page) => {
        const height = () => page.evaluate(() => document.documentElement.scrollHeight);
        const before = await height();
        for (const figure of await page.locator('[data-figure]').all()) {
          await figure.scrollIntoViewIfNeeded();
          await figure.locator('.controls:not([disabled])').waitFor();
        }
        expect(Math.abs((await height()) - before), name).toBeLessThanOrEqual(2);
      });
    }
  });

  it.each(['no-preference', 'reduce'] as const)(
    'marks the section that is read, with motion: %s',
    async (reducedMotion) => {
      const { url } = await session.book('real');
      await session.visit(`${url}04-nohup-clusters.html`, {}, async (page) => {
        await page.emulateMedia({ reducedMotion });
        const ids = await page.evaluate(() => [...document.querySelectorAll('article h2[id]')].map(({ id }) => id));
        expect(await marked(page)).toBeUndefined();
        await page.keyboard.press('End');
        await expect.poll(() => marked(page)).toBe(ids.at(-1));
        const entry = page.locator('.sections a[aria-current]');
        const shown = () =>
          entry.evaluate((link) => {
            const [box, nav] = [link.getBoundingClientRect(), link.closest('nav')!.getBoundingClientRect()];
            return box.top >= nav.top - 1 && box.bottom <= nav.bottom + 1;
          });
        expect(await shown()).toBe(true);
        await page.keyboard.press('Home');
        await expect.poll(() => marked(page)).toBeUndefined();
        for (const id of ids) {
          await page.locator(`.sections a[href="#${id}"]`).click();
          await expect.poll(() => marked(page), { message: id }).toBe(id);
          expect(await shown()).toBe(true);
        }
      });
    },
  );

  it.each([1280, 700, 320])('shows when each fact was read, without scrolling sideways, at %i px', async (width) => {
    const { url } = await session.book('real');
    await session.visit(`${url}sources.html`, { width }, async (page) => {
      const dates = page.locator('.facts time:visible');
      expect(await dates.count()).toBe(await page.locator('.facts tbody tr').count());
      expect(
        await dates.evaluateAll((all) => all.every((date) => date.getBoundingClientRect().right <= innerWidth)),
      ).toBe(true);
      expect(await page.locator('.table').evaluate((table) => table.scrollWidth <= table.clientWidth)).toBe(true);
    });
  });

  it('names what scrolls sideways by its caption or its heading', async () => {
    await session.visitChapter({ width: 320 }, async (page) => {
      const regions = page.getByRole('region', { name: 'scrolls sideways' });
      const names = await regions.evaluateAll((all) => all.map((region) => region.getAttribute('aria-label')));
      expect(names).toEqual([
        'Code: solutions/01-small/handler.ts, scrolls sideways',
        'Code in “The limit”, scrolls sideways',
      ]);
      expect(new Set(names).size).toBe(names.length);
    });
  });

  it('prints explanations of answers as wide as the text', async () => {
    await session.visitChapter({}, async (page) => {
      await page.emulateMedia({ media: 'print' });
      for (const why of await page.locator('.why').all()) expect((await why.boundingBox())!.width).toBeGreaterThan(400);
    });
  });
});
