/**
 * Runs inside every sandboxed Node program, before its own code. It puts the program on the cloud's clock, and in a sealed
 * sandbox it leads connections to the cloud through the one socket there is. Plain JavaScript for Node 20 and newer.
 *
 * The clock's side asks over descriptor 3 or a socket: `ask` is answered once the program is at rest, with its next timer and the
 * requests that are on their way; `move` and `jump` set the time. See ../clock-link.ts.
 */
'use strict';
// V8 takes compiled code, Node's own too, only from who has its flags. The heap has its size by now: without the flag that
// gave it, all of it need not be compiled again.
require('node:v8').setFlagsFromString('--max-old-space-size=0');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const diagnostics = require('node:diagnostics_channel');
const { syncBuiltinESMExports } = require('node:module');
require('./localhost.cjs');
const runsOfThreads = require('./threads.cjs');
const timeLimits = require('./time-limits.cjs');

const settings = process.env.CLOUD_PROGRAM ? JSON.parse(process.env.CLOUD_PROGRAM) : undefined;
delete process.env.CLOUD_PROGRAM;

if (settings?.socket) throughSocket(settings.host, settings.port, settings.socket);
if (settings?.now !== undefined) onClock(settings);
else if (settings?.skew) ahead(settings.skew);

/** Connections to the cloud's address go to its Unix socket: a sealed program has no other way out. */
function throughSocket(host, port, path) {
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...given) {
    const normalized = Array.isArray(given[0]);
    const options = normalized ? given[0][0] : given[0];
    const to =
      typeof options === 'object'
        ? options
        : { port: options, host: typeof given[1] === 'string' ? given[1] : undefined };
    const toCloud = !to.path && Number(to.port) === port && isCloud(to.host ?? 'localhost', host);
    if (!toCloud) return connect.apply(this, given);
    const callback = normalized ? given[0][1] : given.find((value) => typeof value === 'function');
    return connect.call(this, { path }, ...(typeof callback === 'function' ? [callback] : []));
  };
}

/** At wall speed a wrong clock is the machine's, plus so many milliseconds. */
function ahead(skew) {
  const real = Date;
  const now = () => real.now() + skew;
  globalThis.Date = new Proxy(real, {
    construct: (_, given, target) => Reflect.construct(real, given.length > 0 ? given : [now()], target),
    apply: () => new real(now()).toString(),
    get: (_, name) => (name === 'now' ? now : Reflect.get(real, name)),
  });
}

/** Function URLs have names under localhost. */
function isCloud(name, host) {
  return ['127.0.0.1', 'localhost', host].includes(name) || String(name).endsWith('.localhost');
}

function onClock({ name, now, host, port, report }) {
  const { setImmediate, setTimeout: later, clearTimeout: never } = globalThis;
  const fake = require('@sinonjs/fake-timers').install({
    now,
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'hrtime'],
    ignoreMissingTimers: true,
    // The SDK clears timers that it never set; Node says nothing to that, so neither does this clock.
    shouldClearNativeTimers: true,
  });
  const quiet = timeLimits();
  const { open, reading, dripping } = trackRequests(name, host, port);
  syncBuiltinESMExports();

  // What a busy program keeps its event loop alive with. Sockets, servers and timers are what it may wait on for long.
  const work = new Set([
    'FSReqCallback',
    'FSReqPromise',
    'FileHandleCloseReq',
    'GetAddrInfoReqWrap',
    'TCPConnectWrap',
    'PipeConnectWrap',
    'WriteWrap',
    // What stdout and stderr have not taken yet.
    'SimpleWriteWrap',
    'ShutdownWrap',
    'ProcessWrap',
    'Immediate',
  ]);
  const resources = process.getActiveResourcesInfo.bind(process);
  // A program that a shell of the sandbox has started has no descriptor of the clock's: it reports at a socket.
  const link = report ? net.connect(report.path) : new net.Socket({ fd: 3, readable: true, writable: true });
  if (report) link.write(`${report.key} ${name}\n`);
  const tell = (message) => link.write(`${JSON.stringify(message)}\n`);
  link.on('error', () => undefined);
  // Timers of this clock keep a program alive as real ones would: when its loop has run empty, the link holds on for them.
  link.unref();
  process.on('beforeExit', () => {
    if ([...(fake.timers?.keys() ?? [])].some((id) => !quiet.has(id))) link.ref();
  });

  let turns = 0;
  /** How often the other threads had run when they were last looked at. */
  let before;
  let looks = 0;
  let asked;
  let looking = false;
  /** Its children sleep on the clock: to wait for them is rest, not work. */
  let asleep = false;
  let pause;
  // Looks again at once while the program is likely to come to rest, and less often when it waits for a child process.
  const again = () => {
    if (looks++ < 25) setImmediate(look);
    else pause = later(look, 1);
  };
  const atWork = (type) => work.has(type) && !(asleep && type === 'ProcessWrap');
  const look = () => {
    pause = undefined;
    turns = reading() || resources().some(atWork) ? 0 : turns + 1;
    if (turns < 2) {
      again();
      return;
    }
    const threads = runsOfThreads();
    if (threads === undefined) {
      turns = 0;
      pause = later(look, 1);
      return;
    }
    // One has run since the last look: what it has done is still to arrive.
    if (threads !== before) {
      before = threads;
      again();
      return;
    }
    looking = false;
    const answer = { idle: asked, open: [...open, ...dripping()] };
    const due = nextDue(fake);
    if (due !== undefined) answer.due = due;
    asked = undefined;
    tell(answer);
  };

  /** Fires what falls due up to a time, one timer after the other, each with its promises. */
  const move = async (time) => {
    for (let due = nextDue(fake); due !== undefined && due <= time; due = nextDue(fake)) {
      fake.tick(Math.max(0, due - fake.now));
      await new Promise(setImmediate);
    }
    if (time > fake.now) fake.tick(time - fake.now);
  };

  let rest = '';
  let turn = Promise.resolve();
  link.on('data', (chunk) => {
    rest += chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const message = JSON.parse(rest.slice(0, end));
      rest = rest.slice(end + 1);
      // To have been woken is all.
      if (message.nudge) continue;
      if (message.ask !== undefined) {
        asked = message.ask;
        asleep = message.asleep === true;
        turns = 0;
        looks = 0;
        // One look at a time: two would take each other's immediates for the program's.
        if (pause !== undefined) never(pause);
        if (!looking || pause !== undefined) setImmediate(look);
        pause = undefined;
        looking = true;
      } else {
        // A frozen program's timers are overdue when it thaws: each fires once, late, as after a computer's sleep.
        turn = turn
          .then(() =>
            message.jump === undefined ? move(message.move) : fake.jump(Math.max(0, message.jump - fake.now)),
          )
          .then(() => {
            link.unref();
            tell({ moved: message.id });
          });
      }
    }
  });
}

function nextDue(fake) {
  const heap = fake.timerHeap?.peek?.();
  return heap ? heap.callAt : undefined;
}

/** Marks each request to the cloud, and knows which have not been answered yet. */
function trackRequests(name, host, port) {
  const open = new Set();
  /** Answers that have begun. One that somebody reads from is work, one that nobody reads is none. */
  const receiving = new Set();
  /** Answers that come in pieces: how far each is read tells whether its program waits for the next. */
  const pieces = new Map();
  const drips = (id, socket) => {
    pieces.set(id, socket);
    socket.once('close', () => pieces.delete(id));
  };
  let count = 0;
  const begin = () => {
    const id = `${name}.${++count}`;
    open.add(id);
    return id;
  };
  const toCloud = (to, at) => Number(at) === port && isCloud(to, host);

  for (const module of [http, https]) {
    const { request } = module;
    module.request = function (...given) {
      const outgoing = request.apply(this, given);
      const [to, at] = [outgoing.host, outgoing.socketPath ? undefined : addressOf(outgoing)];
      if (!toCloud(to, at) || outgoing.headersSent) return outgoing;
      const id = begin();
      outgoing.setHeader('x-cloud-request', id);
      outgoing.prependOnceListener('response', (response) => {
        open.delete(id);
        if (response.headers['x-cloud-drip']) drips(id, response.socket);
        else receiving.add(response);
        response.once('close', () => {
          receiving.delete(response);
          pieces.delete(id);
        });
        // With this listener Node no longer drains an answer that nobody wants.
        if (outgoing.listenerCount('response') === 0) response.resume();
      });
      outgoing.once('close', () => open.delete(id));
      return outgoing;
    };
    module.get = (...given) => {
      const outgoing = module.request(...given);
      outgoing.end();
      return outgoing;
    };
  }

  const ids = new WeakMap();
  const sockets = new WeakMap();
  const end = ({ request }) => {
    open.delete(ids.get(request));
    pieces.delete(ids.get(request));
  };
  diagnostics.subscribe('undici:request:create', ({ request }) => {
    const origin = URL.canParse(String(request.origin)) ? new URL(request.origin) : undefined;
    if (!origin || !toCloud(origin.hostname, origin.port)) return;
    const id = begin();
    ids.set(request, id);
    request.addHeader('x-cloud-request', id);
  });
  diagnostics.subscribe('undici:client:sendHeaders', ({ request, socket }) => sockets.set(request, socket));
  diagnostics.subscribe('undici:request:headers', ({ request, response }) => {
    end({ request });
    const socket = sockets.get(request);
    const names = response.headers.filter((_, index) => index % 2 === 0).map(String);
    if (ids.has(request) && socket && names.includes('x-cloud-drip')) drips(ids.get(request), socket);
  });
  diagnostics.subscribe('undici:request:trailers', end);
  diagnostics.subscribe('undici:request:error', end);
  const reading = () =>
    [...receiving].some(
      (answer) => !answer.complete && (answer.readableFlowing === true || answer.listenerCount('readable') > 0),
    );
  const dripping = () =>
    [...pieces].map(([id, socket]) =>
      // What nobody reads need not be waited for.
      socket.isPaused() || socket.readableLength > 0 ? id : `${id}:${socket.bytesRead}`,
    );
  return { open, reading, dripping };
}

/** The port that a request goes to, as its Host header names it. */
function addressOf(outgoing) {
  const header = String(outgoing.getHeader('host') ?? '');
  return /:(\d+)$/.exec(header)?.[1] ?? (outgoing.protocol === 'https:' ? 443 : 80);
}
