/** The figure as it stands in the page before, and without, any script: one hour, and what each choice makes of it. */
import { partitionControls } from './controls.ts';
import { describe, drawing, events, legend, table } from './draw.ts';
import { defaults, simulate } from './model.ts';

export function partition(): string {
  const result = simulate(defaults);
  return (
    `<figure class="drawing live" data-figure="partition">` +
    `<p class="ask"><strong>Predict first:</strong> the way between the two sites breaks for 25 minutes. In the west, somebody claims a handle, somebody leaves a message, and somebody asks how many messages wait. Which of the three may the west answer, and never have to take anything back?</p>` +
    partitionControls() +
    `<div class="canvas">${drawing(result)}</div>${legend()}<p class="words">${describe(result)}</p>` +
    `<ul class="changes">${events(result)}</ul>` +
    '<figcaption>Sixty minutes at two sites. Each handle is wanted twice, once at each; messages come for one person, who reads them at either site. ' +
    'A store lies in the east, so the west is the side that is cut off from it.</figcaption>' +
    `<details><summary>The same hour with each choice, as a table</summary><div class="table">${table(defaults)}</div></details></figure>\n`
  );
}
