/** Bundles a learner's file, and tells what keeps it from being bundled in the learner's own terms. */
import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { build, type Message, type Plugin } from 'esbuild';
import { CLIENTS } from '../../cloud/services/lambda/runtime/sdk-bundle.mjs';
import { MODULES, ROOT } from '../paths.ts';
import { type Answer, filesOf, isWithin, placeOf, sourceOf } from './answer.ts';
import { CheckFailure, missingFile } from './failure.ts';
import { packageFile, unmapped } from './packages.ts';

export interface Bundle {
  readonly code: Uint8Array;
  /** Names that the file exports. */
  readonly exports: readonly string[];
  /** Packages that it imports and that have to be beside it. */
  readonly beside: readonly string[];
}

/** The runtime and the image of an instance bring the SDK along: of the services that the cloud has. */
export const FROM_RUNTIME = CLIENTS.map((name) => `@aws-sdk/client-${name}`);

const known = new Map<string, Promise<Bundle>>();

/** CommonJS packages ask for `require`, which an ES module does not have by itself. */
const BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** A program on an instance is started by its name alone; to a function this line is a comment. */
const HASHBANG = '#!/usr/bin/env node\n';

const OUTSIDE = 'Could not resolve: it lies outside of the lab';

const NOT_OF_THE_SDK = 'There is no such package of the SDK here: ';

/** AWS's runtime brings all of the SDK. Who counts on that is told at once, and not by a function that does not start. */
const withoutTheRest = (external: readonly string[]): Plugin => ({
  name: 'the SDK that is there',
  setup({ onResolve }) {
    onResolve({ filter: /^@aws-sdk\// }, ({ path }) =>
      external.some((name) => name === path || name === '@aws-sdk/*')
        ? { path, external: true }
        : { errors: [{ text: NOT_OF_THE_SDK + path }] },
    );
  },
});

/** Packages that come with the bundle, but not in it: each is parsed and printed once for all, and not with every save. */
const besideIt = (packages: readonly string[]): Plugin => ({
  name: 'packages beside the bundle',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) => (packages.includes(path) ? { path, external: true } : undefined));
  },
});

/** Packages come as one file each, and without a source map: a learner's lines are what matters. */
const inOneFile = (packages: readonly string[]): Plugin => ({
  name: 'packages in one file',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, async ({ path }) => {
      const file = packages.includes(path) ? await packageFile(path) : undefined;
      return file ? { path: file } : undefined;
    });
    onLoad({ filter: /[/\\]node_modules[/\\].*\.[cm]?js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      return { contents: path.includes('.cache') ? code : unmapped(code), loader: 'js' };
    });
  },
});

/**
 * What a file of the folder imports from its neighbours, each from where the step takes it. Nothing else of the machine gets into a
 * bundle, however it is named or linked: the bundler reads with the grader's rights, and the reference answer is never far.
 */
const fromTheirPlaces = (answer: Answer): Plugin => ({
  name: 'files of the step',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) => {
      const root = [answer.folder, answer.solution].find((one) => importer.startsWith(one + sep));
      if (root === undefined || importer.includes(`${sep}node_modules${sep}`)) return undefined;
      const name = relative(root, join(dirname(importer), path));
      const place = name.startsWith('..') ? undefined : sourceOf(answer, name);
      return place === undefined ? undefined : { path: place };
    });
    onLoad({ filter: /.*/ }, ({ path }) => {
      const real = realpathSync(path);
      if ([answer.folder, MODULES].some((folder) => isWithin(real, folder))) return undefined;
      const supplied = isWithin(real, answer.solution) && placeOf(answer, relative(answer.solution, path)) === path;
      return supplied ? undefined : { errors: [{ text: OUTSIDE }] };
    });
  },
});

export interface Contents {
  /** Packages that are there where the bundle runs. */
  readonly external: readonly string[];
  /** Packages that go into the bundle. */
  readonly packages: readonly string[];
  /** Packages that come beside it, as `beside` then tells. */
  readonly beside?: readonly string[];
}

/**
 * One ES module with everything in it but what is external. Throws `CheckFailure` for the learner's mistakes: a missing file,
 * a syntax error, an import that does not resolve. Equal files are bundled once.
 */
export function bundle(answer: Answer, file: string, contents: Contents): Promise<Bundle> {
  const key = `${fingerprint(answer)} ${file} ${JSON.stringify(contents)}`;
  let made = known.get(key);
  if (!made) {
    made = make(answer, file, contents);
    known.set(key, made);
  }
  return made;
}

async function make(answer: Answer, file: string, { external, packages, beside = [] }: Contents): Promise<Bundle> {
  const { folder } = answer;
  const entry = sourceOf(answer, file);
  if (entry === undefined) throw missingFile(placeOf(answer, file));
  // Their own would come before ours, and a second one does not parse.
  const hashbang = (await readFile(entry, 'utf8')).startsWith('#!') ? '' : HASHBANG;
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      absWorkingDir: folder,
      bundle: true,
      // Answers may lie outside of the repository.
      nodePaths: [MODULES],
      // The bundler would look for one beside each file, and do what it says.
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      platform: 'node',
      target: 'node20',
      format: 'esm',
      banner: { js: hashbang + BANNER },
      // Less to send and to parse; names and lines stay, by the source map.
      minifyWhitespace: true,
      sourcemap: 'inline',
      sourcesContent: false,
      sourceRoot: `${folder}/`,
      external: [...external],
      plugins: [withoutTheRest(external), fromTheirPlaces(answer), besideIt(beside), inOneFile(packages)],
      metafile: true,
      write: false,
      outdir: folder,
      logLevel: 'silent',
    });
    const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
    const imported = new Set((output?.imports ?? []).map(({ path }) => path));
    return {
      code: outputFiles[0]!.contents,
      exports: output?.exports ?? [],
      beside: beside.filter((name) => imported.has(name)),
    };
  } catch (error) {
    throw told(error, folder);
  }
}

function told(error: unknown, folder: string): unknown {
  const first = (error as { errors?: Message[] }).errors?.[0];
  if (!first) return error;
  const { location, text } = first;
  const at = location
    ? `${relative(ROOT, join(folder, location.file))}:${location.line}:${location.column + 1}`
    : undefined;
  const line = location?.lineText.trim();
  return new CheckFailure({
    fault: 'code',
    build: true,
    expected: 'your code can be bundled',
    seen: `${text}${line ? `\n    ${line}` : ''}`,
    ...(at ? { at } : {}),
    cause: causeOf(text),
  });
}

function causeOf(text: string): string {
  if (text.startsWith(NOT_OF_THE_SDK)) {
    return `On AWS the runtime brings the whole SDK. Here it brings the clients of the services that this cloud has, and nothing beside them: @aws-sdk/client- ${CLIENTS.join(', ')}.`;
  }
  return text.startsWith('Could not resolve')
    ? 'An import names a package that this lab does not have, or a file that is not there or not in the folder of the lab. lab.json lists the packages.'
    : 'The file does not parse: look at that line, and at the one before it.';
}

/** Changes when any file of the step does. */
function fingerprint(answer: Answer): string {
  const hash = createHash('sha256');
  for (const name of filesOf(answer)) {
    const place = placeOf(answer, name);
    // An editor's temporary file may be gone by now.
    const found = statSync(place, { throwIfNoEntry: false });
    hash.update(`${place} ${found?.mtimeMs} ${found?.size}\n`);
  }
  return hash.digest('hex');
}
