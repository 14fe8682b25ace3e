/** The figure as it stands in the page before, and without, any script: the same files, shared out in five ways. */
import { stragglersControls } from './controls.ts';
import { drawing, legend, table } from './draw.ts';
import { defaults, describe, simulate, tolerance } from './model.ts';

export function stragglers(): string {
  const run = simulate(defaults);
  return (
    `<figure class="drawing live" data-figure="stragglers">` +
    `<p class="ask"><strong>Predict first:</strong> ${defaults.files} files, ${defaults.files / defaults.workers} for each of ${defaults.workers} workers. Most take a few minutes, one takes ${defaults.largest}. How much longer does the run take than it would if each worker took the largest that is left whenever it is free?</p>` +
    stragglersControls() +
    `<div class="canvas">${drawing(run)}</div>${legend()}<p class="words">${describe(run)}</p>` +
    `<figcaption>Each row is a worker, each box a file. The dashed line is when longest first would be done, with these files and workers; the thin one is ${tolerance} times as late.</figcaption>` +
    `<details><summary>The same files shared out in five ways, as a table: minutes, and their ratio to longest first</summary><div class="table">${table(defaults)}</div></details></figure>\n`
  );
}
