/** The figures in a real browser, one test each: what they are for is brought about by keyboard. */
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Session, violations, withoutBrowser } from '../testing/session.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A figure that a reader has come to, and what keys do to its controls. */
async function hands(page: Page, name: string) {
  const figure = page.locator(`[data-figure="${name}"]`);
  await figure.scrollIntoViewIfNeeded();
  await figure.locator('.controls:not([disabled])').waitFor();
  const type = async (role: 'button' | 'slider', name: string, key: string, times: number): Promise<void> => {
    await figure.getByRole(role, { name }).focus();
    for (let time = 0; time < times; time++) await page.keyboard.press(key);
  };
  return {
    figure,
    words: figure.locator('.words'),
    press: (name: string, times = 1) => type('button', name, 'Enter', times),
    slide: (name: string, key: string, times = 1) => type('slider', name, key, times),
    /** A letter chooses in a list that has the focus. */
    choose: async (name: string, keys: string): Promise<void> => {
      await figure.getByRole('combobox', { name }).focus();
      await page.keyboard.type(keys);
    },
  };
}

describe.skipIf(withoutBrowser)('a figure in a browser', () => {
  const session = new Session();
  afterAll(() => session.close());

  it('draws a figure again when a knob is turned by key, and ticks what was asked', async () => {
    await session.visitChapter({}, async (page) => {
      const { figure, words, slide } = await hands(page, 'environments');
      const work = figure.getByRole('slider', { name: 'Work for each' });
      const before = await words.textContent();
      await slide('Work for each', 'End');
      expect(await words.textContent()).not.toBe(before);
      expect(await work.getAttribute('aria-valuetext')).toBe('20 s');
      await slide('Kept when idle for', 'Home');
      await figure.getByText('✓ Done: Make every one').waitFor();
      await figure.getByRole('button', { name: 'Start over' }).click();
      expect(await words.textContent()).toBe(before);
      await figure.getByRole('button', { name: 'Another minute' }).click();
      expect(await words.textContent()).not.toBe(before);
    });
  });

  it('explores a schedule by keyboard on a narrow screen', async () => {
    await session.visitChapter({ width: 320 }, async (page) => {
      const { figure, words, press } = await hands(page, 'cron');
      const expression = figure.getByRole('textbox', { name: 'Expression' });
      const said = page.locator('#said');
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

      await press('Start over');
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
    await session.visitChapter({ width: 320 }, async (page) => {
      const { figure, words, press, slide } = await hands(page, 'pipeline');
      await slide('Documents', 'End');
      await press('Upload them');
      await words.getByText('0:00: 300 documents uploaded').waitFor();
      await press('A minute');
      await figure.getByText('✓ Done: Make the alarm fire.').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      await press('A minute', 8);
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
    await session.visitChapter({ width: 320 }, async (page) => {
      const { figure, words, press, slide, choose } = await hands(page, 'credentials');
      await slide('Session asked for', 'ArrowRight');
      await words.getByText('STS refuses a session of 1 h 15 min').waitFor();
      await figure.getByText('✓ Done: Ask for a session that STS refuses').waitFor();

      await slide('Session asked for', 'End');
      await choose('Session begun by', 'somebody');
      await figure.getByText('✓ Done: Let keys that were copied once').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      expect(await words.textContent()).toMatch(/^All 37 calls are done\./);

      await press('Start over');
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
    await session.visitChapter({ width: 320 }, async (page) => {
      const { figure, words, press, choose } = await hands(page, 'healing');
      const worker = figure.getByRole('combobox', { name: 'Worker' });
      await press('10 seconds', 2);
      await choose('Worker', 'B');
      await press('Freeze it');
      await words.getByText('B frozen').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      await choose('Worker', 'A');
      await press('Kill it');
      await press('10 seconds', 9);
      await choose('Worker', 'B');
      await press('Thaw it');
      await press('10 seconds');
      await figure.getByText('✓ Done: Bring a worker back from the dead').waitFor();
      await words.getByText('1 late commit was refused').waitFor();
      await choose('Worker', 'C');
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
    await session.visitChapter({ width: 320 }, async (page) => {
      const { figure, words, press, slide, choose } = await hands(page, 'stragglers');
      await words.getByText('the last is done after 42 min, 2.00 times').waitFor();
      await slide('The largest takes', 'Home');
      await figure.getByText('✓ Done: On three equal machines').waitFor();
      await words.getByText('the last is done after 6 min, 1.00 times').waitFor();

      await press('Start over');
      await choose('Files are', 'longest first, then');
      await figure.getByText('✓ Done: Have copies cost work').waitFor();
      expect(await page.locator('#said').textContent()).toBe(await words.textContent());
      await slide('Worker 1 is slower by', 'End');
      await figure.getByText('✓ Done: Have a copy make the run shorter').waitFor();
      await slide('Worker 1 is slower by', 'Home');
      await choose('Files are', 'taken when free, l');
      await slide('Workers', 'ArrowRight', 2);
      await figure.getByText('✓ Done: Longest first: take so many').waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  it('chooses what a site does in a partition by keyboard on a narrow screen', async () => {
    await session.visitChapter({ width: 320 }, async (page) => {
      const { figure, words, press, slide, choose } = await hands(page, 'partition');
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

      await press('Start over');
      await words.getByText('From 0:15 to 0:40').waitFor();
      await slide('and is broken for', 'ArrowLeft', 20);
      await slide('The way breaks at', 'ArrowLeft', 6);
      await figure.getByText('✓ Done: Let the way be').waitFor();
    });
  });
});
