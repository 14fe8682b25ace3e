/** What stands after `npm run cloud` and `npm run localstack`: words, since npm keeps what begins with a dash for itself. */

export interface Words {
  readonly port?: number;
  readonly sealed: boolean;
}

/**
 * `port 4600`, `sealed`, in any order; `--port 4600` behind npm's `--` is the same. Throws an `Error` that says which word is not
 * understood. `lowest`: the lowest port there may be, 0 where a free one can be asked for.
 */
export function readWords(given: readonly string[], lowest: 0 | 1, knows: readonly ('port' | 'sealed')[]): Words {
  const words = given.map((word) => word.replace(/^--/, ''));
  let [port, sealed]: [number | undefined, boolean] = [undefined, false];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === 'sealed' && knows.includes(word)) sealed = true;
    else if (word === 'port') port = portOf(words.shift(), lowest);
    else throw new Error(`“${word}” is not understood.`);
  }
  return { ...(port === undefined ? {} : { port }), sealed };
}

function portOf(word: string | undefined, lowest: number): number {
  const port = Number(word);
  if (word && Number.isInteger(port) && port >= lowest && port <= 65_535) return port;
  throw new Error(`After port comes a number from ${lowest} to 65535${word ? `, and not “${word}”` : ''}.`);
}
