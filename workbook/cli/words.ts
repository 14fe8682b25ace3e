/** What the words after `npm run lab` mean. Options are words, because npm swallows what begins with dashes. */
import { UserError } from '../files.ts';
import { findTarget, nearest, noSuchLab } from '../labs/find.ts';
import type { Lab } from '../labs/load.ts';
import type { Step } from '../labs/schema.ts';
import { text } from './text.ts';

export const COMMANDS = ['grade', 'watch', 'hint', 'debug', 'solution', 'reset', 'doctor', 'help', 'where'] as const;
export type Command = (typeof COMMANDS)[number];

export interface Request {
  readonly command: Command;
  readonly target?: { readonly lab: Lab; readonly step?: Step };
  readonly sealed: boolean;
  readonly json: boolean;
  /** Runs the checks after a failing one, too. */
  readonly all: boolean;
  readonly seed?: number;
  /** Number of the hint to show, from 1. */
  readonly hint?: number;
}

const COMMAND_WORDS = ['watch', 'hint', 'debug', 'solution', 'reset', 'doctor', 'help'] as const;
const FLAGS = ['sealed', 'json', 'all', 'seed'] as const;
const LARGEST_SEED = 2 ** 32 - 1;

type Draft = { -readonly [Key in keyof Request]?: Request[Key] };

/** Throws `UserError` for words that mean nothing, or that do not go together. */
export function readWords(words: readonly string[], labs: readonly Lab[]): Request {
  const draft: Draft = {};
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const plain = word.replace(/^--?/, '').toLowerCase();
    const command = COMMAND_WORDS.find((one) => one === plain || (one === 'help' && plain === 'h'));
    const target = command || FLAGS.some((flag) => flag === plain) ? undefined : findTarget(labs, word);
    if (command) {
      if (draft.command) throw new UserError(text.twoCommands(draft.command, command));
      draft.command = command;
      if (command === 'hint' && /^\d+$/.test(rest[0] ?? '') && draft.target) draft.hint = Number(rest.shift());
    } else if (plain === 'sealed' || plain === 'json' || plain === 'all') draft[plain] = true;
    else if (plain === 'seed') draft.seed = readSeed(rest.shift());
    else if (target && draft.target) throw new UserError(text.twoTargets);
    else if (target) draft.target = target;
    else throw unknown(word, labs);
  }
  return check({ sealed: false, json: false, all: false, command: commandOf(draft), ...draft });
}

/** Options ask for grading; nothing at all asks where one is. */
const commandOf = (draft: Draft): Command =>
  draft.target || draft.json || draft.sealed || draft.all || draft.seed !== undefined ? 'grade' : 'where';

function check(request: Request): Request {
  const { command, sealed, json, all, seed, target } = request;
  const graded = command === 'grade' || command === 'solution';
  if (json && !graded) throw new UserError(text.doesNotGo('json', command));
  if (seed !== undefined && !graded && command !== 'watch' && command !== 'debug')
    throw new UserError(text.doesNotGo('seed', command));
  if (sealed && !graded && command !== 'watch') throw new UserError(text.doesNotGo('sealed', command));
  if (all && !graded && command !== 'watch') throw new UserError(text.doesNotGo('all', command));
  if (command === 'reset' && !target) throw new UserError(text.resetWhat);
  if (command === 'reset' && target?.step) throw new UserError(text.resetWhole(target.lab.number));
  return request;
}

function readSeed(word: string | undefined): number {
  const seed = Number(word);
  if (word !== undefined && /^\d+$/.test(word) && seed <= LARGEST_SEED) return seed;
  throw new UserError(text.noSeed(word));
}

function unknown(word: string, labs: readonly Lab[]): UserError {
  if (/^\d+(\.|$)/.test(word)) return noSuchLab(labs, word.split('.')[0]!);
  const meant = nearest(word.toLowerCase(), [...COMMAND_WORDS, ...FLAGS, ...labs.map(({ id }) => id)]);
  return new UserError(text.unknownWord(word, meant, labs));
}
