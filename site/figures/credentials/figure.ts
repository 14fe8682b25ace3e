/** The figure as it stands in the page before, and without, any script: one night, and what four programs make of it. */
import { credentialsControls } from './controls.ts';
import { drawing, events, legend, table } from './draw.ts';
import { defaults, describe, refusing, simulate } from './model.ts';

export function credentials(): string {
  const result = simulate(defaults);
  return (
    `<figure class="drawing live" data-figure="credentials">` +
    `<p class="ask"><strong>Predict first:</strong> a program takes on a second role, with a session of an hour, and copies the keys once. It makes a call about every five minutes, for three hours. Which call is the first to fail? And what changes if it asks for new keys when it is refused?</p>` +
    credentialsControls() +
    `<div class="canvas">${drawing(result)}</div>${legend()}<p class="words">${describe(result)}</p>` +
    `<ul class="changes">${events(result)}</ul>` +
    `<figcaption>Three hours of one program. The frame is the time in which STS refuses everybody, ${refusing} minutes; it does so once in a night. ` +
    'Who comes from outside may ask for up to twelve hours: this role is set up to allow it.</figcaption>' +
    `<details><summary>The same night with each of four programs, as a table</summary><div class="table">${table(defaults)}</div></details></figure>\n`
  );
}
