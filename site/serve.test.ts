/** The live server and the command, as people use them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Served, serveSite } from './index.ts';
import { launchBrowser, withoutBrowser } from './testing/session.ts';
import { smallBook, type TemporaryBook, temporaryBook } from './testing/small-book.ts';
import { repository } from './vite.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let book: TemporaryBook | undefined;
let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  book?.remove();
  served = undefined;
});

// A temporary folder of this file's own shows what is left behind, whatever else the machine is doing.
const temporary = mkdtempSync(join(tmpdir(), 'workbook-serve-'));
const usual = process.env.TMPDIR;
process.env.TMPDIR = temporary;
afterAll(() => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  rmSync(temporary, { recursive: true, force: true });
});
const caches = () => readdirSync(temporary).filter((name) => name.startsWith('workbook-site-'));
const chapterFile = 'chapters/01-small.md';
const get = async (path: string) => {
  const answer = await fetch(new URL(path, served!.url));
  return { status: answer.status, text: await answer.text() };
};

describe('serveSite', () => {
  it('serves the pages and what they need on loopback, and leaves nothing behind', async () => {
    book = temporaryBook();
    const before = caches();
    served = await serveSite({ root: book.root });
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await get('/')).text).toContain('<h1>A Small Book</h1>');
    expect((await get('/01-small.html')).text).toContain('id="the-handler"');
    expect((await get('/src/main.ts')).status).toBe(200);
    expect(await get('/02-queues.html')).toMatchObject({
      status: 404,
      text: expect.stringContaining('There is no such page'),
    });
    await served.close();
    await expect(fetch(served.url)).rejects.toThrow();
    served = undefined;
    expect(caches()).toEqual(before);
  });

  it('says when its port is taken', async () => {
    book = temporaryBook();
    served = await serveSite({ root: book.root });
    const before = caches();
    await expect(serveSite({ root: book.root, port: Number(new URL(served.url).port) })).rejects.toThrow(/in use/);
    expect(caches()).toEqual(before);
  });

  it('shows a mistake as a page, and the page again when it is mended', async () => {
    book = temporaryBook({ [chapterFile]: smallBook[chapterFile]!.replace('figure life', 'figure live') });
    served = await serveSite({ root: book.root });
    const wrong = await get('/01-small.html');
    expect(wrong.status).toBe(500);
    expect(wrong.text).toContain('There is no figure &quot;live&quot;. Did you mean &quot;life&quot;?');
    book.write(chapterFile, smallBook[chapterFile]!);
    expect((await get('/01-small.html')).status).toBe(200);
  });

  it("hands out the reader's results when it has any, and marks the pages", async () => {
    book = temporaryBook();
    served = await serveSite({
      root: book.root,
      progress: () => ({ labs: { '01-small': { steps: { handler: 'passed' } } } }),
    });
    expect(JSON.parse((await get('/progress.json')).text)).toEqual({
      labs: { '01-small': { steps: { handler: 'passed' } } },
    });
    expect((await get('/')).text).toContain('data-progress');
  });

  it.skipIf(withoutBrowser)('reloads an open page when its source changes, and shows results', async () => {
    book = temporaryBook();
    let state: 'failed' | 'passed' = 'failed';
    served = await serveSite({
      root: book.root,
      progress: () => ({ labs: { '01-small': { steps: { handler: state } } } }),
    });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`${served.url}01-small.html`);
      await page.getByText('Your last run: ✗ not yet').waitFor();
      state = 'passed';
      // Written again and again: the first change may come before the watcher is ready.
      await expect
        .poll(
          async () => {
            book!.write(chapterFile, smallBook[chapterFile]!.replace('Run it.', 'Run it twice.'));
            return page.getByText('Run it twice.').count();
          },
          { timeout: 20_000, interval: 500 },
        )
        .toBe(1);
      await page.getByText('Your last run: ✓ passed').waitFor();
      await page.getByRole('img', { name: '1 of 1 steps passed.' }).waitFor();
    } finally {
      await browser.close();
    }
  });
});

describe('npm run site', () => {
  const run = (...words: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'site/main.ts', ...words], { cwd: repository });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    return { child, ended, output: () => output };
  };

  it.each([
    [['basis'], 'npm run site knows no word "basis".'],
    [['base'], '"base" needs a value after it.'],
    [['base', 'book'], '"book" is no base path: it begins and ends with a slash, like /book/.'],
    [['serve', 'port', '99999'], '"99999" is no port'],
    [['port', '5173'], '"port" goes with "serve".'],
  ])('%j is told what is wrong, and what there is', async (words, message) => {
    const { ended, output } = run(...words);
    expect(await ended).toBe(2);
    expect(output()).toContain(message);
    expect(output()).toContain('npm run site serve');
  });

  it('serves until it is told to stop', async () => {
    const before = caches();
    const { child, ended, output } = run('serve');
    try {
      await expect.poll(output, { timeout: 30_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).toBe(0);
    expect(caches()).toEqual(before);
  });
});
