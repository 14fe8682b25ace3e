/**
 * How often each other thread of this process has run; undefined while one runs. Work on threads (zlib, crypto, workers) shows
 * nowhere else, and what is done between two looks shows here all the same. Where the system does not tell, it counts as none.
 */
'use strict';
const { closeSync, openSync, readdirSync, readSync } = require('node:fs');

/** What the system has told of threads, each file opened once: to open it costs several times what it costs to read. */
const files = new Map();
const told = Buffer.alloc(1024);

function tellOf(thread, file) {
  const path = `/proc/self/task/${thread}/${file}`;
  let descriptor = files.get(path);
  if (descriptor === undefined) {
    descriptor = openSync(path, 'r');
    files.set(path, descriptor);
  }
  return told.latin1Slice(0, readSync(descriptor, told, 0, told.length, 0));
}

function forget(thread) {
  for (const [path, descriptor] of files) {
    if (!path.startsWith(`/proc/self/task/${thread}/`)) continue;
    closeSync(descriptor);
    files.delete(path);
  }
}

/** Some kernels do not say where a thread waits: then its state has to do. */
let kernelTells = false;

/** On a CPU, waiting for one, or pushed off it on its way to sleep: who runs waits at no place of the kernel. */
function isAtWork(thread) {
  const place = tellOf(thread, 'wchan');
  kernelTells ||= place !== '0';
  if (kernelTells && place === '0') return true;
  // One that waits for a disk has its place, too, and is at work.
  const stat = tellOf(thread, 'stat');
  return 'RD'.includes(stat[stat.lastIndexOf(')') + 2]);
}

module.exports = function runsOfThreads() {
  let threads;
  try {
    threads = readdirSync('/proc/self/task');
  } catch {
    return '';
  }
  let runs = '';
  for (const thread of threads) {
    if (Number(thread) === process.pid) continue;
    try {
      if (isAtWork(thread)) return undefined;
      runs += `${thread} ${tellOf(thread, 'schedstat')}`;
    } catch {
      forget(thread);
      runs += `${thread} gone\n`;
    }
  }
  return runs;
};
