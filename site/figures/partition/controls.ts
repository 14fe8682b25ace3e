import { choice, controls, type Shown, slider } from '../controls.ts';
import { clockText } from '../words.ts';
import { choices, merges } from './draw.ts';
import { defaults, goals, hour } from './model.ts';

export const shown: Shown<'from' | 'length'> = { from: clockText, length: (value) => `${value} min` };

const names = (values: readonly (readonly [string, string])[]): string[] => values.map(([, text]) => text);

export const partitionControls = (): string =>
  controls({
    title: 'Choose for each operation',
    rows: [
      choice('handles', 'Handles are kept in', names(choices)),
      choice('counts', 'Counts are kept in', names(choices)),
      choice('merge', 'Copies of a count are', names(merges)),
      slider('from', 'The way breaks at', { min: 0, max: hour, value: defaults.from }, shown),
      slider('length', 'and is broken for', { min: 0, max: 45, value: defaults.length }, shown),
    ],
    buttons: { another: 'Another hour', over: 'Start over' },
    goals,
  });
