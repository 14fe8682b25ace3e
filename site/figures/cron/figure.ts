/** The figure as it stands in the page before, and without, any script: one schedule, its year and its firings around a change. */
import { cronControls } from './controls.ts';
import { changes, drawing, firings, legend, table } from './draw.ts';
import { defaults, firstDay, summary, year, yearOf } from './model.ts';
import { dayText } from './words.ts';

export function cron(): string {
  const result = yearOf(defaults)!;
  return (
    `<figure class="drawing live" data-figure="cron">` +
    `<p class="ask"><strong>Predict first:</strong> <code>${defaults.expression}</code> runs a job on weekdays at 18:00, in ${defaults.zone}. At what hour is that in UTC, and is it the same hour all year?</p>` +
    cronControls() +
    `<div class="canvas">${drawing(result, firstDay)}</div>${legend()}<p class="words">${summary(result)}</p>` +
    `<ul class="changes">${changes(result)}</ul>` +
    `<p class="ask listed">The next firings from ${dayText(firstDay)} on:</p><div class="table next">${firings(result, firstDay)}</div>` +
    `<figcaption>Each row is a month of ${year}, each bar a day on which the schedule fires at least once; ` +
    'the dashed frame is the day from which firings are listed. EventBridge Scheduler’s rules; ' +
    'rules of EventBridge itself know no time zone, theirs is UTC.</figcaption>' +
    `<details><summary>The year as a table</summary><div class="table months">${table(result)}</div></details></figure>\n`
  );
}
