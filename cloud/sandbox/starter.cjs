/**
 * A small process that starts programs for a large one. To start a program a process is copied for a moment; copying one with
 * half a gigabyte takes it fifty milliseconds, in which it does nothing else. See starter.ts, which speaks with it.
 * `node starter.cjs SOCKET KEY`: takes orders from its parent, and leads each program's streams to the socket.
 */
'use strict';
const { spawn } = require('node:child_process');
const { closeSync, openSync, unlinkSync, writeFileSync } = require('node:fs');
const { connect } = require('node:net');

const [, , socket, key] = process.argv;
const children = new Set();
const tell = (message) => {
  if (process.connected) process.send(message);
};

/** A stream to the one who gave the order. It says first whose and which it is. */
function stream(id, descriptor) {
  return new Promise((resolve, reject) => {
    const made = connect({ path: socket });
    made.once('error', reject);
    made.once('connect', () => made.write(`${key}${String(id).padStart(12)}${descriptor}`, () => resolve(made)));
  });
}

/**
 * The text as a descriptor of a file that nobody else sees. A pipe would keep the program waiting for us: asleep, it looks as one
 * that is at rest, and time goes on.
 */
function fileOf(text, id) {
  const place = `${socket}.${id}`;
  writeFileSync(place, text, { mode: 0o600 });
  const descriptor = openSync(place, 'r');
  unlinkSync(place);
  return descriptor;
}

async function start({ id, program, words, channel, text, options }) {
  const streams = await Promise.all((channel ? [1, 2, 3] : [1, 2]).map((descriptor) => stream(id, descriptor)));
  const files = text === undefined ? [] : [fileOf(text, id)];
  try {
    const child = spawn(program, words, { ...options, stdio: ['ignore', ...streams, ...files] });
    children.add(child);
    child.once('error', ({ code, message }) => tell({ id, failed: { code, message } }));
    child.once('spawn', () => tell({ id, pid: child.pid }));
    child.once('exit', (code, signal) => {
      children.delete(child);
      tell({ id, ended: { code, signal } });
    });
  } finally {
    for (const one of streams) one.destroy();
    for (const one of files) closeSync(one);
  }
}

process.on('message', (order) => {
  start(order).catch(({ code, message }) => tell({ id: order.id, failed: { code, message } }));
});
process.on('disconnect', () => {
  for (const child of children) child.kill('SIGKILL');
  process.exit();
});
