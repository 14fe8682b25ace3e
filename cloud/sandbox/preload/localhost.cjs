/**
 * Names under `localhost` are this machine's: https://datatracker.ietf.org/doc/html/rfc6761#section-6.3. Function URLs have such
 * names, and not every system's resolver knows them. For sandboxed programs, and for graders.
 */
'use strict';
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const { lookup } = dns;
const [address, family] = ['127.0.0.1', 4];

dns.lookup = Object.assign(function (hostname, ...rest) {
  if (!String(hostname).endsWith('.localhost')) return lookup.call(this, hostname, ...rest);
  const [options, callback = options] = rest;
  process.nextTick(() => (options.all ? callback(null, [{ address, family }]) : callback(null, address, family)));
  return {};
}, lookup);
syncBuiltinESMExports();
