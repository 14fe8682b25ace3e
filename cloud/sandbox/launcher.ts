/**
 * Launchers (bubblewrap, `unshare`, their shells) run with our rights until they have shut a program in. Nothing of the program's
 * may reach them: the loader takes code from a variable, a shell takes words. So they live in an environment of our own, and in
 * no folder of anybody's; the program's own environment is made by the launcher's last step.
 */
import { isAbsolute } from 'node:path';

const path = (process.env.PATH ?? '').split(':').filter(isAbsolute).join(':');

/** For the launcher itself. */
export const outside = { env: { PATH: path || '/usr/local/bin:/usr/bin:/bin' }, cwd: '/' } as const;

/** Words that start a program with this environment and nothing besides. */
export function withEnvironment(environment: Readonly<Record<string, string>>, command: readonly string[]): string[] {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // A program with an equals sign in its path would be one more variable.
  const direct = command[0]?.includes('=') ? ['nice', '-n', '0', ...command] : command;
  return ['env', '-i', '--', ...variables, ...direct];
}

/** Text from which bubblewrap reads its words (`--args`): no list of processes shows them, and they may be many. */
export function asText(words: readonly string[]): string {
  const wrong = words.find((word) => word.includes('\0'));
  if (wrong !== undefined) throw new TypeError(`A NUL ends a word: ${JSON.stringify(wrong)}`);
  return words.map((word) => `${word}\0`).join('');
}
