/** `npm run site`: builds the book. Options are words, because npm swallows what begins with dashes. */
import { relative } from 'node:path';
import { BookError } from './plugin/problems.ts';

const usage = `npm run site                 builds the book into site/dist; it works under any path
npm run site base /book/     the same, for one path
npm run site out FOLDER      into another folder
npm run site serve           serves it on localhost; pages follow their sources
npm run site serve port 5173`;

class UsageError extends Error {}

type Words = Partial<Record<'base' | 'out' | 'port', string>> & { serve?: true };

function read(words: readonly string[]): Words {
  const found: Words = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === 'serve') found.serve = true;
    else if (word === 'base' || word === 'out' || word === 'port') {
      const value = words[++i];
      if (value === undefined) throw new UsageError(`"${word}" needs a value after it.`);
      found[word] = value;
    } else throw new UsageError(`npm run site knows no word "${word}".`);
  }
  if (found.base !== undefined && !/^\/([\w.~-]+\/)*$/.test(found.base))
    throw new UsageError(`"${found.base}" is no base path: it begins and ends with a slash, like /book/.`);
  if (found.port !== undefined && !(/^\d+$/.test(found.port) && Number(found.port) < 65_536))
    throw new UsageError(`"${found.port}" is no port: a number from 0 to 65535, where 0 takes a free one.`);
  if (found.port !== undefined && !found.serve) throw new UsageError('"port" goes with "serve".');
  if (found.serve && (found.base ?? found.out) !== undefined)
    throw new UsageError('"base" and "out" are for building, not for "serve".');
  return found;
}

async function serve(port: string | undefined): Promise<void> {
  const { serveSite } = await import('./index.ts');
  const served = await serveSite({ port: Number(port ?? 0) }).catch((error: Error) => {
    throw /in use/.test(error.message)
      ? new UsageError(`Port ${port} is taken by another program. Without "port", a free one is chosen.`)
      : error;
  });
  console.log(`The book is at ${served.url}  (Ctrl-C ends it)`);
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
  await served.close();
}

try {
  const { serve: serving, base, out, port } = read(process.argv.slice(2));
  if (serving) await serve(port);
  else {
    // Only now: whoever mistyped a word should not wait for Vite.
    const { buildSite } = await import('./index.ts');
    const { outDir, pages } = await buildSite({ base, outDir: out });
    console.log(
      `${pages.length} pages in ${relative(process.cwd(), outDir) || '.'}/, for any web server. ` +
        'To read the book here: npm run site serve',
    );
  }
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
  else console.error(error instanceof BookError ? error.message : error);
  process.exitCode = error instanceof BookError ? 1 : 2;
}
