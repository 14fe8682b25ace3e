/**
 * Runs every client of a layer once, as a process of its own with the flags of a function: writes V8's code cache for these
 * flags, and, where it is missing, the ES module that names what the client exports (Node would have to search half a
 * million characters for the names). `node --max-old-space-size=512 prepare.cjs FOLDER CLIENT…`
 */
'use strict';
const { existsSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

process.env.CLOUD_MAKE_CACHE = '1';
const [folder, ...clients] = process.argv.slice(2);

for (const client of clients) {
  const place = join(folder, client);
  const names = Object.keys(require(join(place, 'index.cjs'))).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  const facade = join(place, 'index.mjs');
  if (existsSync(facade)) continue;
  const text = `import { createRequire } from 'node:module';\nexport const { ${names.join(', ')} } = createRequire(import.meta.url)('./index.cjs');\n`;
  writeFileSync(`${facade}.${process.pid}`, text);
  renameSync(`${facade}.${process.pid}`, facade);
}
