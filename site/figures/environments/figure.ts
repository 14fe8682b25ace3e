/** The figure as it stands in the page before, and without, any script: one minute, drawn and tabled. */
import { environmentsControls } from './controls.ts';
import { drawing, table } from './draw.ts';
import { defaults, describe, simulate } from './model.ts';

export function environments(): string {
  const result = simulate(defaults);
  return (
    `<figure class="drawing live" data-figure="environments">` +
    `<p class="ask"><strong>Predict first:</strong> ${defaults.requests} requests come within a minute, each is ${defaults.work} seconds of work. How many environments will there be?</p>` +
    environmentsControls() +
    `<div class="canvas">${drawing(result)}</div><p class="words" role="status">${describe(result)}</p>` +
    '<figcaption>Each row is one environment. It serves one request at a time, and is frozen in between. ' +
    'How long Lambda keeps a frozen one is not published; here it is seconds, so that you can see it end.</figcaption>' +
    `<details><summary>The figure as a table</summary><div class="table">${table(result)}</div></details></figure>\n`
  );
}
