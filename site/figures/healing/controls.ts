import { choice, controls, type Shown, slider } from '../controls.ts';
import { begin, defaults, goals } from './model.ts';

const seconds = (value: number): string => `${value} s`;

export const shown: Shown<'lease' | 'stale'> = { lease: seconds, stale: seconds };

export const healingControls = (): string =>
  controls({
    title: 'Let time pass, and strike',
    rows: [
      slider('lease', 'A lease holds for', { min: 9, max: 120, step: 3, value: defaults.lease }, shown),
      slider('stale', 'The healer waits for', { min: 10, max: 180, step: 5, value: defaults.stale }, shown),
      choice('condition', 'A result is put', ['only if there is none', 'in any case']),
      choice(
        'victim',
        'Worker',
        begin(defaults.seed).workers.map(({ name }) => name),
      ),
    ],
    buttons: {
      second: '1 second',
      seconds: '10 seconds',
      run: 'Run',
      kill: 'Kill it',
      freeze: 'Freeze it',
      thaw: 'Thaw it',
      over: 'Start over',
    },
    goals,
  });
