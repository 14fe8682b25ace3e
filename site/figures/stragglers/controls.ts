import { choice, controls, type Shown, slider } from '../controls.ts';
import { ways } from './draw.ts';
import { defaults, goals, minutesText } from './model.ts';

export const shown: Shown<'files' | 'largest' | 'workers' | 'slow'> = {
  files: String,
  largest: minutesText,
  workers: String,
  slow: (value) => `× ${value}`,
};

export const stragglersControls = (): string =>
  controls({
    title: 'Share out the files',
    rows: [
      choice(
        'way',
        'Files are',
        ways.map(([, text]) => text),
      ),
      slider('files', 'Files', { min: 6, max: 40, value: defaults.files }, shown),
      slider('largest', 'The largest takes', { min: 1, max: 40, value: defaults.largest }, shown),
      slider('workers', 'Workers', { min: 2, max: 8, value: defaults.workers }, shown),
      slider('slow', 'Worker 1 is slower by', { min: 1, max: 4, step: 0.5, value: defaults.slow }, shown),
    ],
    buttons: { another: 'Other files', over: 'Start over' },
    goals,
  });
