import { controls, type Shown, slider } from '../controls.ts';
import { defaults, goals, type Parameters } from './model.ts';

const seconds = (value: number): string => `${value} s`;

export const shown: Shown<Exclude<keyof Parameters, 'seed'>> = {
  requests: String,
  work: seconds,
  init: seconds,
  idle: seconds,
};

export const environmentsControls = (): string =>
  controls({
    title: 'Turn the knobs',
    rows: [
      slider('requests', 'Requests in the minute', { min: 1, max: 20, value: defaults.requests }, shown),
      slider('work', 'Work for each', { min: 0.5, max: 20, step: 0.5, value: defaults.work }, shown),
      slider('init', 'INIT takes', { min: 0.5, max: 5, step: 0.5, value: defaults.init }, shown),
      slider('idle', 'Kept when idle for', { min: 1, max: 60, value: defaults.idle }, shown),
    ],
    buttons: { another: 'Another minute', over: 'Start over' },
    goals,
  });
