/**
 * The SDK's bundles for functions: one file per client, and one for what clients have in common, which is four fifths of each. A
 * program that uses four clients reads that once.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { BUNDLING } from './sdk-bundle.mjs';

/** The folder of what is shared, in the layer; beside it are the clients, at `@aws-sdk/client-…`. */
export const SHARED = '.runtime/sdk';

/**
 * Asks for what is shared by name; anything else is Node's own. A program sees the layer as its `node_modules`, or, where the
 * layer's packages stand in front of the workbook's own, in the cache of those, which is where it is made.
 */
const clientBanner = (place: string): string => `(function (exports, load, module, __filename, __dirname) {
const folder = ['../../${SHARED}', '../../${place}/${SHARED}'].map((one) => load('node:path').join(__dirname, one)).find(load('node:fs').existsSync);
const shared = load(folder + '/index.cjs');
const require = (name) => shared[name]?.() ?? load(name);`;

interface Layer {
  /** Each client's file, by the name of its package. */
  readonly entries: ReadonlyMap<string, string>;
  /** Where `node_modules` is. */
  readonly root: string;
  readonly outdir: string;
  /** Where the layer will be, from `node_modules`. */
  readonly place: string;
}

/** Writes `bundle.cjs` of each client and of what they share. */
export async function bundleClients(
  build: (options: BuildOptions) => Promise<unknown>,
  { entries, root, outdir, place }: Layer,
): Promise<void> {
  const shared = new Set<string>();
  const options = { ...(BUNDLING as BuildOptions), outdir, outExtension: { '.js': '.cjs' } };
  await build({
    ...options,
    banner: { js: clientBanner(place) },
    entryPoints: [...entries].map(([name, path]) => ({ in: path, out: `${name}/bundle` })),
    plugins: [leaveOut(shared, root)],
  });
  const contents = `module.exports = {${[...shared].sort().map((name) => `'${name}': () => require('${name}')`)}};`;
  await build({
    ...options,
    stdin: { contents, resolveDir: root, sourcefile: 'shared.cjs' },
    entryNames: join(SHARED, 'bundle'),
  });
}

/** Leaves the SDK's other packages out, and notes their names; a client's own copy of one, of another version, stays in. */
const leaveOut = (names: Set<string>, root: string): Plugin => ({
  name: 'shared',
  setup(build) {
    const fromRoot = createRequire(join(root, 'index.js'));
    build.onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ path, importer, kind }) => {
      if (kind !== 'require-call' || createRequire(importer).resolve(path) !== resolved(fromRoot, path))
        return undefined;
      names.add(path);
      return { path, external: true };
    });
  },
});

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
