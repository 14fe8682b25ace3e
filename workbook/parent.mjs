/**
 * Ends this process when the one that started it is gone, npm for instance, killed with a signal that nobody can pass on.
 * Importing it with `--import` is enough: `node --import ./workbook/parent.mjs …`.
 */
import { readFileSync } from 'node:fs';

const EVERY = 500;
const SHELLS = ['sh', 'dash', 'bash', 'zsh', 'ash'];

/** Parent and name of a process; undefined when it is gone or this system has no /proc. */
function look(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const close = stat.lastIndexOf(')');
    return { name: stat.slice(stat.indexOf('(') + 1, close), parent: Number(stat.slice(close + 2).split(' ')[1]) };
  } catch {
    return undefined;
  }
}

/** From our parent up to the first that is no shell: npm runs its scripts in one. */
function chain() {
  const pids = [process.ppid];
  for (let one = look(process.ppid); one && SHELLS.includes(one.name) && one.parent > 1; one = look(one.parent))
    pids.push(one.parent);
  return pids;
}

let watching = false;

export function endWithParent() {
  // Started by hand, a shell's own end is the terminal's business.
  if (watching || (!process.env.npm_lifecycle_event && !process.env.WORKBOOK_CHILD)) return;
  watching = true;
  const before = chain().join();
  const timer = setInterval(() => {
    if (chain().join() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
    // Should tidying up hang, the end comes all the same.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5000).unref();
  }, EVERY);
  timer.unref();
}

if (process.env.WORKBOOK_CHILD) endWithParent();
