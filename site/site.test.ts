/** The built book as files: every link leads somewhere, nothing is too big, any path will do. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { findBrowser, installCommand } from './browser.ts';
import { BookError, buildSite } from './index.ts';
import { temporaryBook } from './testing/small-book.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'workbook-dist-'));
const small = temporaryBook();
afterAll(() => {
  small.remove();
  rmSync(folder, { recursive: true, force: true });
});

const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map((match) => match[1]!);

/** Addresses in a page that do not lead to a file of the build or to an id on it. */
function deadLinks(outDir: string, name: string): string[] {
  const files = readdirSync(outDir, { recursive: true }).map(String);
  const html = readFileSync(join(outDir, name), 'utf8');
  return [...attributes(html, 'href'), ...attributes(html, 'src')].filter((address) => {
    const { origin, pathname, hash } = new URL(address, `http://book/any/${name}`);
    if (origin !== 'http://book') return !/^(https|data):/.test(address);
    const file = pathname.replace(/^\/any\//, '');
    if (!files.includes(file)) return true;
    return hash !== '' && !attributes(readFileSync(join(outDir, file), 'utf8'), 'id').includes(hash.slice(1));
  });
}

describe.each(['small', 'real'])('the built %s book', (which) => {
  const outDir = join(folder, which);
  // Built when a test first asks, so that a book which cannot be built fails the tests: a failing hook would skip them.
  let building: Promise<readonly string[]> | undefined;
  const built = (): Promise<readonly string[]> => {
    building ??= buildSite({ outDir, root: which === 'small' ? small.root : undefined }).then(({ pages }) => pages);
    return building;
  };

  it('has no dead link and no absolute one', async () => {
    for (const name of await built()) {
      expect(deadLinks(outDir, name), name).toEqual([]);
      const html = readFileSync(join(outDir, name), 'utf8');
      expect(
        [...attributes(html, 'href'), ...attributes(html, 'src')].filter((address) => address.startsWith('/')),
      ).toEqual([]);
    }
  });

  it('calls a chapter in the contents what its own title says', async () => {
    for (const name of await built()) {
      const html = readFileSync(join(outDir, name), 'utf8');
      const [, title] = /<p class="over">Chapter \d<\/p>\s*<h1[^>]*>(.*?)<\/h1>/.exec(html) ?? [];
      const [, entry] = /aria-current="page">(?:<span[^>]*><\/span>)?\d\. (.*?)<\/a>/.exec(html) ?? [];
      expect(title, name).toBe(entry);
    }
  });

  it('describes each page in its own words', async () => {
    const about = (await built()).map(
      (name) => /name="description" content="([^"]+)"/.exec(readFileSync(join(outDir, name), 'utf8'))?.[1],
    );
    expect(new Set(about).size).toBe(about.length);
  });

  it('tells sources apart by the names of their links', async () => {
    const [page] = (await built()).filter((name) => name === 'sources.html');
    const links = readFileSync(join(outDir, page!), 'utf8').matchAll(/<a href="(https:[^"]+)">([^<]+)<\/a>/g);
    const addresses = new Map<string, Set<string>>();
    for (const [, address, text] of links)
      addresses.set(text!, (addresses.get(text!) ?? new Set<string>()).add(address!));
    expect(addresses.size).toBeGreaterThan(0);
    for (const [text, led] of addresses) expect([...led], text).toHaveLength(1);
  });

  it('has ids that are unique on their page, and one h1', async () => {
    for (const name of await built()) {
      const html = readFileSync(join(outDir, name), 'utf8');
      const ids = attributes(html, 'id');
      expect(new Set(ids).size, name).toBe(ids.length);
      expect(html.match(/<h1/g), name).toHaveLength(1);
    }
  });

  it('stays small: pages, styles and script, compressed', async () => {
    const size = (file: string): number => gzipSync(readFileSync(join(outDir, file))).length / 1024;
    for (const name of await built()) {
      // The longest is a chapter of ten thousand words with three figures and their controls, ten quizzes and a dozen listings.
      expect(size(name), name).toBeLessThan(44);
      const html = readFileSync(join(outDir, name), 'utf8');
      for (const address of [...attributes(html, 'href'), ...attributes(html, 'src')]) {
        if (address.endsWith('.css')) expect(size(address), address).toBeLessThan(5);
        if (address.endsWith('.js')) expect(size(address), address).toBeLessThan(6);
      }
    }
  });

  it('loads little for a figure that comes near: each file of it, compressed', async () => {
    const [page = ''] = await built();
    const first = attributes(readFileSync(join(outDir, page), 'utf8'), 'src').map((address) =>
      address.split('/').at(-1),
    );
    const files = readdirSync(join(outDir, 'assets')).filter((file) => file.endsWith('.js') && !first.includes(file));
    expect(files).toEqual(
      expect.arrayContaining(
        ['environments', 'cron', 'pipeline', 'credentials', 'healing', 'stragglers', 'partition'].map((name) =>
          expect.stringMatching(`^${name}-`),
        ),
      ),
    );
    for (const file of files)
      expect(gzipSync(readFileSync(join(outDir, 'assets', file))).length / 1024, file).toBeLessThan(4);
  });

  it('has the theme script before the styles, so that nothing flashes', async () => {
    for (const name of await built()) {
      const html = readFileSync(join(outDir, name), 'utf8');
      expect(html.indexOf("localStorage.getItem('theme')")).toBeLessThan(html.indexOf('rel="stylesheet"'));
      expect(html).not.toContain('crossorigin');
    }
  });
});

describe('buildSite', () => {
  it('writes addresses under a base path', async () => {
    const { outDir } = await buildSite({ root: small.root, outDir: join(folder, 'based'), base: '/book/' });
    expect(readFileSync(join(outDir, 'index.html'), 'utf8')).toMatch(/href="\/book\/assets\/[^"]+\.css"/);
  });

  it('writes nothing when a source is wrong', async () => {
    const broken = temporaryBook({ 'chapters/glossary.md': '# Words\n' });
    const outDir = join(folder, 'broken');
    try {
      await expect(buildSite({ root: broken.root, outDir })).rejects.toThrow(BookError);
      expect(readdirSync(folder)).not.toContain('broken');
    } finally {
      broken.remove();
    }
  });
});

describe('findBrowser', () => {
  it('finds one by CHROME_PATH, in PATH, or says what installs one', () => {
    expect(findBrowser({ CHROME_PATH: process.execPath, PATH: '' }, 'linux')).toBe(process.execPath);
    expect(findBrowser({ PATH: folder }, 'linux')).toBeUndefined();
    expect(installCommand('linux')).toContain('chromium');
  });
});
