/** The figure as it stands in the page before, and without, any script: twelve minutes of one day in the office. */
import { pipelineControls } from './controls.ts';
import { describe, drawing, events, table } from './draw.ts';
import { scenario, threshold } from './model.ts';

export function pipeline(): string {
  const state = scenario();
  return (
    `<figure class="drawing live" data-figure="pipeline">` +
    `<p class="ask"><strong>Predict first:</strong> the alarm invokes the function when ${threshold} messages or more are visible. 60 documents come, then 60 more, then, when all is done, 40. How often does the function run, and how many results are there in the end?</p>` +
    pipelineControls() +
    `<div class="canvas">${drawing(state)}</div><p class="words">${describe(state)}</p><ul class="changes">${events(state)}</ul>` +
    `<figcaption>Each bar is one datapoint: what was visible at the full minute. The dashed line is the alarm’s threshold; bars in bold are minutes in ALARM. ` +
    'Here a datapoint is there at once; on AWS it takes minutes.</figcaption>' +
    `<details><summary>The figure as a table</summary><div class="table">${table(state)}</div></details></figure>\n`
  );
}
