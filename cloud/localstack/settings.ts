/** What LocalStack is told, read from docker-compose.yml: the same in a container and without one. */
import { readFileSync } from 'node:fs';

export const COMPOSE_FILE = new URL('../../docker-compose.yml', import.meta.url);
/** Port of LocalStack and of everything that is made to look like it. */
export const STANDARD_PORT = 4566;

/** Settings that say something about containers. */
const OF_CONTAINERS = /^LAMBDA_(DOCKER|IGNORE)_/;

/** Image and environment in the file, which the workbook itself writes: one `NAME: value` to a line. */
export function composeSettings(text = readFileSync(COMPOSE_FILE, 'utf8')): {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
} {
  const image = /^ {4}image: (\S+)$/m.exec(text)?.[1] ?? '';
  const block = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(text)?.[1] ?? '';
  const pairs = [...block.matchAll(/^ {6}([A-Z][A-Z0-9_]*): (?:"(.*)"|(.*))$/gm)];
  return { image, environment: Object.fromEntries(pairs.map(([, name, quoted, plain]) => [name, quoted ?? plain])) };
}

/** Version of the image: the one that comes from PyPI too. */
export const version = (): string => composeSettings().image.split(':')[1] ?? '';

export const settingsWithoutDocker = (): Record<string, string> =>
  Object.fromEntries(Object.entries(composeSettings().environment).filter(([name]) => !OF_CONTAINERS.test(name)));
