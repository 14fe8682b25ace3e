/** A runner on the engine that the environment names: the embedded cloud, or what CLOUD says. */
import { UserError } from '../files.ts';
import { addressOf, foreign } from '../run/engine.ts';
import { Runner, type RunnerOptions } from '../run/runner.ts';
import { text } from './text.ts';

/** Throws `UserError` where nothing answers, and for what only the embedded cloud can do. */
export async function openRunner({
  sealed = false,
  debug,
}: Pick<RunnerOptions, 'debug'> & { readonly sealed?: boolean }): Promise<Runner> {
  const address = addressOf({ cloud: process.env.CLOUD, allowRemote: process.env.CLOUD_ALLOW_REMOTE });
  if (address === undefined) return new Runner({ sandbox: sealed ? 'sealed' : 'process', ...(debug ? { debug } : {}) });
  if (sealed) throw new UserError(text.onlyEmbedded('sealed'));
  if (debug) throw new UserError(text.onlyEmbedded('debug'));
  return new Runner({ engine: await foreign(address) });
}
