/** Vite's settings, shared by the build and the server. No configuration file: nothing of the reader's machine gets in. */
import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';

/** The folder of this room, and the repository. */
export const site = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');
export const repository = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** Browsers that know `light-dark()`, as with older ones Vite would rewrite every colour, and `:has()`. */
const target = ['chrome123', 'firefox121', 'safari17.5'];

/** What figures share comes as a file of its own: the cloud's schedules, which are all that the site takes from the cloud. */
export const output = { codeSplitting: { groups: [{ name: 'schedule', test: /cloud\/core\/schedule\// }] } };

export const settings: InlineConfig = {
  configFile: false,
  envDir: false,
  root: site,
  publicDir: false,
  appType: 'custom',
  clearScreen: false,
  optimizeDeps: { noDiscovery: true, include: [] },
  build: { target, cssTarget: target, modulePreload: false, reportCompressedSize: false, emptyOutDir: true },
};
