/** What `npm run lab` says beside the reports, in one place. */
import type { Lab } from '../labs/load.ts';
import { count, indented, type Layout, wrap } from '../report/layout.ts';

const COMMANDS: readonly (readonly [command: string, what: string])[] = [
  ['npm run lab', 'where am I: all labs, what is done, what is next'],
  ['npm run lab 1', 'grade lab 1; 1, 01, faas and 01-faas all name it'],
  ['npm run lab 1.3', 'grade step 3 of it; 1.state names it too'],
  ['npm run lab 1 watch', 'grade again whenever you save'],
  ['npm run lab 1.3 hint', 'the next hint of step 3 (hint 2: the second one)'],
  ['npm run lab 1.3 debug', 'no limits, and a debugger can attach to your code'],
  ['npm run lab 1 solution', 'grade the reference answer: what passing looks like'],
  ['npm run lab 1 reset', 'begin lab 1 anew; what you have is kept aside'],
  ['npm run lab 1 seed 42', 'the same inputs as another run with this seed'],
  ['npm run lab 1 all', 'every check, also those after a failing one'],
  ['npm run lab 1 sealed', 'shut your code off from your files and the network (Linux)'],
  ['npm run -s lab 1 json', 'only the verdict, as JSON (-s: without npm’s own lines)'],
  ['npm run lab doctor', 'what this machine can do'],
];

const EXITS =
  'A run exits with 0 when everything passed, 1 when something is left to do, and 2 when the words, the machine or the grader are at fault.';

/** All words. In two columns where there is room for them. */
export const usage = ({ width }: Layout): string => {
  const column = Math.max(...COMMANDS.map(([command]) => command.length)) + 3;
  const lines = COMMANDS.flatMap(([command, what]) => {
    if (width < 2 * column) return [...wrap(command, width), ...indented(wrap(what, width - 4), 4)];
    const [first = '', ...rest] = wrap(what, width - column);
    return [command.padEnd(column) + first, ...indented(rest, column)];
  });
  return [...lines, '', ...wrap(EXITS, width)].join('\n');
};

export const text = {
  twoCommands: (first: string, second: string) => `‘${first}’ and ‘${second}’ do not go together: one thing at a time.`,
  twoTargets: 'One lab or step at a time.',
  doesNotGo: (word: string, command: string) =>
    `‘${word}’ is for grading and does not go with ‘${command === 'where' ? 'nothing else' : command}’.`,
  resetWhat: 'Which lab shall begin anew? For example: npm run lab 1 reset',
  resetWhole: (number: number) => `A lab begins anew as a whole: npm run lab ${number} reset`,
  noSeed: (word: string | undefined) =>
    `After ‘seed’ comes a whole number from 0 to 4294967295${word === undefined ? '' : `, not ‘${word}’`}. For example: npm run lab 1 seed 42`,
  unknownWord: (word: string, meant: string | undefined, labs: readonly Lab[]) =>
    `‘${word}’ is no lab and no word that npm run lab knows.${meant ? ` Did you mean ‘${meant}’?` : ''}\nThe labs: ${labs.map((lab) => `${lab.number} (${lab.id})`).join(', ')}. All words: npm run lab help`,

  copied: (folder: string) =>
    `This is your first run: the starter was copied to ${folder}. That copy is yours to edit.`,
  grading: (what: string) => `Grading ${what} …`,
  progress: (what: string, done: number, all: number) => `Grading ${what} … ${done} of ${count(all, 'check')}`,
  nextStep: (number: string, title: string) => `Next: npm run lab ${number}, ${title}`,
  labDone: (number: number) => `Lab ${number} is done.`,
  allDone: 'Every lab is done.',
  solutionPassed: 'This is what passing looks like. Your own progress is as it was.',

  notBegun: 'You have not begun yet.',
  progressAside: (file: string, aside: string) =>
    `${file} cannot be read, or another version of the workbook wrote it. It is kept as ${aside}; a new one begins now.`,
  whereHelp: 'All words: npm run lab help',

  hintHead: (step: string, number: number, all: number, title: string) =>
    `Hint ${number} of ${all} for ${step}: ${title}`,
  hintMore: (left: number, command: string) => `${count(left, 'more hint')}: ${command}`,
  hintAll: 'You have read all hints of this step. Here they are once more.',
  noSuchHint: (step: string, all: number, asked: number) =>
    `Step ${step} has ${count(all, 'hint')}; there is no hint ${asked}.`,

  resetFresh: (folder: string) => `${folder} is there now, fresh from the starter. There was nothing to keep.`,
  reset: (folder: string, backup: string) => `${folder} is as in the beginning. What you had is in ${backup}.`,
  resetUndo: (command: string) => `To bring it back: ${command}`,

  debugging: (title: string) => `Debugging the check: ${title}`,
  debugger: (name: string, url: string) => `[debugger] ${name} listens at ${url}`,
  debugHow:
    'Limits are off: your code may stand at a breakpoint as long as you like. Each of its processes waits until a debugger is attached: chrome://inspect, or “Attach” of your editor, with the address below. A `debugger` statement in your code stops there.',
  debugDone: 'Nothing of this run is kept: without limits a verdict would not count.',

  watching: (folder: string) => `Watching ${folder}: save, and the step you are at is graded again.`,
  watchKeys: 'q quit · h hint · enter grade again',

  onlyEmbedded: (word: string) =>
    `‘${word}’ is for the workbook’s own cloud, and does not go with CLOUD: another engine runs your code by its own means.`,

  broken: (stack: string | undefined) =>
    `[grader] The workbook itself failed. This is not about your code; please report it:\n${stack}`,
} as const;
