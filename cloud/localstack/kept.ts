/** Programs that end with us, however we end: by themselves, by Ctrl-C, or killed with a signal that nobody can catch. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Kept {
  readonly child: ChildProcess;
  /** The exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  /** Asks the program to end, and ends it by force when it has not done so in time. */
  end(): Promise<void>;
}

/** A shell that waits for our end; its input closes with us. It then ends the group, runs what is to be run, and removes the folder. */
const KEEPER = `
read -r _
kill -TERM "-$1" 2>/dev/null
left=$2
while [ "$left" -gt 0 ] && kill -0 "-$1" 2>/dev/null; do sleep 0.2; left=$((left - 200)); done
kill -KILL "-$1" 2>/dev/null
folder=$3; shift 3
[ $# -eq 0 ] || "$@" >/dev/null 2>&1
for _ in 1 2 3 4 5; do rm -rf -- "$folder" 2>/dev/null && exit 0; sleep 0.2; done`;

export interface KeptOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Working folder of the program; gone when it has ended. */
  readonly folder: string;
  /** Milliseconds that the program may take to end when it is asked to. */
  readonly patience: number;
  /** Run when the program has ended. */
  readonly afterwards?: readonly string[];
}

/** Starts a program in a group of its own, so that its children end with it. Its output is ours. */
export function startKept(
  program: string,
  words: readonly string[],
  { environment, folder, patience, afterwards = [] }: KeptOptions,
): Kept {
  const child = spawn(program, words, {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code));
  });
  // Process 0 would mean our own group.
  const about = [String(child.pid ?? 'none'), String(patience), folder];
  const keeper = spawn('sh', ['-c', KEEPER, 'serverless-keeper', ...about, ...afterwards], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  keeper.stdin.on('error', () => undefined);
  keeper.unref();
  const group = (name: NodeJS.Signals): void => {
    try {
      if (child.pid) process.kill(-child.pid, name);
    } catch {
      // Nobody of it is left.
    }
  };
  return {
    child,
    ended,
    async end() {
      group('SIGTERM');
      const late = setTimeout(() => group('SIGKILL'), patience);
      await ended;
      clearTimeout(late);
      // Children that have outlived it.
      group('SIGKILL');
      // Its own last act is to remove the folder.
      const gone = once(keeper, 'exit');
      keeper.stdin.end();
      await gone;
    },
  };
}
