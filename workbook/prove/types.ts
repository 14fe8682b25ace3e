/**
 * `npm run types`: type-checks the repository, and with it every alternate and every mutant as it is graded, laid over the
 * solution: such a folder holds only what it does differently.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writeJson } from '../files.ts';
import { loadLabs } from '../labs/load.ts';
import { MODULES, ROOT } from '../paths.ts';
import { type Overlay, overlaysOf } from './answers.ts';
import { built, removeBuilt } from './built.ts';

const CONFIG = join(ROOT, 'tsconfig.json');

/** Names in the compiler's output are made those of the files that an author edits. */
function named(output: string, overlays: readonly Overlay[]): string {
  return output.replaceAll(/^\S+\.ts(?=[(:])/gm, (path) => {
    const place = join(ROOT, path);
    const overlay = overlays.find(({ folder }) => place.startsWith(`${folder}/`));
    if (!overlay) return path;
    const name = relative(overlay.folder, place);
    const own = join(overlay.from, name);
    return relative(ROOT, existsSync(own) ? own : join(overlay.lab.solution, name));
  });
}

try {
  const overlays = (await Promise.all(loadLabs().map(overlaysOf))).flat();
  const { include } = JSON.parse(readFileSync(CONFIG, 'utf8')) as { include: readonly string[] };
  const config = join(built, 'tsconfig.json');
  await writeJson(config, {
    extends: CONFIG,
    compilerOptions: { typeRoots: [join(MODULES, '@types')] },
    include: [
      ...include.map((path) => join(ROOT, path)),
      ...overlays.flatMap(({ folder, files }) => files.map((file) => join(folder, file))),
    ],
  });
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(MODULES, 'typescript/bin/tsc'), '--noEmit', '--pretty', 'false', '-p', config],
    { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  process.stdout.write(named(stdout, overlays));
  process.exitCode = status ?? 1;
} finally {
  await removeBuilt();
}
