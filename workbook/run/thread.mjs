/** What a thread of `threads.ts` runs first. Plain JavaScript, for no loader stands in front of it. */
import { pathToFileURL } from 'node:url';
import { workerData } from 'node:worker_threads';

const { packages, vitest } = workerData;
// Node loads what fetch needs when it is first called.
await Promise.all([fetch('data:,'), ...packages.map((file) => import(pathToFileURL(file).href))]);
await import(pathToFileURL(vitest).href);
