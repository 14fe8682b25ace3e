/** The figure as it stands in the page before, and without, any script: one worker dies, one comes back too late. */
import { healingControls } from './controls.ts';
import { describe, drawing, events, legend, table } from './draw.ts';
import { defaults, scenario } from './model.ts';

export function healing(): string {
  const state = scenario();
  return (
    `<figure class="drawing live" data-figure="healing">` +
    `<p class="ask"><strong>Predict first:</strong> a lease holds for ${defaults.lease} seconds. B is frozen while it reads; A is killed while it reads. Then B is thawed, when another has done its work. Which files are read twice, and is any of them done twice?</p>` +
    healingControls() +
    `<div class="canvas">${drawing(state)}</div>${legend()}<p class="words">${describe(state)}</p><ul class="changes">${events(state)}</ul>` +
    '<figcaption>Above, the files of four bunches: framed in dashes while nobody is at them, in bold with a tick when they are committed. ' +
    'Below, the workers. The healer looks at each full minute; a new worker takes ten seconds to boot.</figcaption>' +
    `<details><summary>The files as a table</summary><div class="table">${table(state)}</div></details></figure>\n`
  );
}
