/** Folders of packages that are laid over each other. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the packages in a folder, those with a scope too. */
const packagesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((one) => `${name}/${one}`) : [name],
    );

/** The folder at the bottom, and which packages of the others stand in front of its own. */
export function layered(modules: readonly string[]): {
  readonly bottom: string | undefined;
  readonly above: readonly { readonly name: string; readonly from: string }[];
} {
  const [bottom, ...others] = modules;
  if (bottom === undefined) return { bottom, above: [] };
  const above = others.flatMap((folder) => packagesIn(folder).map((name) => ({ name, from: join(folder, name) })));
  // A place to mount it on has to be there.
  return { bottom, above: above.filter(({ name }) => existsSync(join(bottom, name))) };
}
