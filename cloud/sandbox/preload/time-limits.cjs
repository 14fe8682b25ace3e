/**
 * Time limits that Node keeps on timers of its own, put on the cloud's clock: `AbortSignal.timeout`, and the idle time of a socket
 * (`http.request({ timeout })`, the SDK's `socketTimeout`). To be called when the global timers are the clock's.
 * Returns the numbers of such timers: they keep no program alive.
 */
'use strict';
const net = require('node:net');

module.exports = function timeLimits() {
  const quiet = new Set();
  const later = (act, ms) => {
    const timer = setTimeout(() => {
      quiet.delete(Number(timer));
      act();
    }, ms);
    quiet.add(Number(timer));
    return timer;
  };
  const never = (timer) => {
    quiet.delete(Number(timer));
    clearTimeout(timer);
  };

  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    const expire = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    later(expire, ms);
    return controller.signal;
  };

  const { prototype } = net.Socket;
  const { _unrefTimer: active } = prototype;
  const limits = new WeakMap();
  prototype.setTimeout = function (ms, callback) {
    never(limits.get(this)?.timer);
    limits.delete(this);
    this.timeout = ms;
    if (ms > 0) {
      limits.set(this, { ms });
      watch(this);
    }
    if (callback === undefined) return this;
    if (ms > 0) this.once('timeout', callback);
    else this.removeListener('timeout', callback);
    return this;
  };
  /** Node tells here of whatever happens on a socket. */
  prototype._unrefTimer = function () {
    watch(this);
    return active.call(this);
  };

  function watch(socket) {
    const limit = limits.get(socket);
    if (!limit) return;
    never(limit.timer);
    if (socket.destroyed) return;
    limit.timer = later(() => !socket.destroyed && socket.emit('timeout'), limit.ms);
  }

  return quiet;
};
