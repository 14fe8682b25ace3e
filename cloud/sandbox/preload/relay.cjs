/**
 * The first program of a sealed instance, and of a sealed function that is not Node's. There is no network in there, and curl
 * and Python know of no preload: this listens at the cloud's usual addresses, leads each connection to the cloud's socket, and
 * runs the program that was meant.
 */
'use strict';
const net = require('node:net');
const { constants } = require('node:os');
const { spawn } = require('node:child_process');

const [, , relays, program, ...words] = process.argv;
const listening = JSON.parse(relays).map(
  ([port, socket]) =>
    new Promise((resolve, reject) => {
      const server = net.createServer((near) => {
        const far = net.connect(socket);
        near.on('error', () => far.destroy()).on('close', () => far.destroy());
        far.on('error', () => near.destroy()).on('close', () => near.destroy());
        near.pipe(far).pipe(near);
      });
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    }),
);
// The end of the instance is not for the relay to play: its programs may have last things to say.
process.on('SIGTERM', () => undefined);
Promise.all(listening).then(() => {
  const child = spawn(program, words, { stdio: 'inherit' });
  // A signal is told as shells do.
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
});
