import { controls, type Shown, slider } from '../controls.ts';
import { defaults, goals } from './model.ts';

const seconds = (value: number): string => `${value} s`;

/** How many documents are uploaded at once, unless told. */
export const amount = 60;

export const shown: Shown<'amount' | 'work' | 'limit' | 'hidden'> = {
  amount: String,
  work: seconds,
  limit: seconds,
  hidden: seconds,
};

export const pipelineControls = (): string =>
  controls({
    title: 'Upload, and let time pass',
    rows: [
      slider('amount', 'Documents', { min: 1, max: 300, value: amount }, shown),
      slider('work', 'One document takes', { min: 1, max: 10, value: defaults.work }, shown),
      slider('limit', 'Time limit of a run', { min: 30, max: 600, step: 30, value: defaults.limit }, shown),
      slider('hidden', 'Visibility timeout', { min: 10, max: 300, step: 10, value: defaults.hidden }, shown),
    ],
    buttons: {
      upload: 'Upload them',
      seconds: '10 seconds',
      minute: 'A minute',
      run: 'Run',
      crash: 'Crash the function',
      over: 'Start over',
    },
    goals,
  });
