/**
 * Stands for `node:http2` where the SDK is bundled: the SDK asks for it when it is loaded, and none of the clients here speaks it
 * unless it is told to. It is a tenth of what a client takes to load.
 */
'use strict';
const http2 = () => process.getBuiltinModule('node:http2');

module.exports = {
  connect: (...given) => http2().connect(...given),
  constants: new Proxy({}, { get: (_, name) => http2().constants[name] }),
};
