import { choice, controls, type Shown, slider } from '../controls.ts';
import { clockText } from '../words.ts';
import { ways } from './draw.ts';
import { defaults, goals, lengthText, longest, night } from './model.ts';

export const shown: Shown<'length' | 'margin' | 'outage'> = {
  length: lengthText,
  margin: lengthText,
  outage: (value) => (value === 0 ? 'never' : clockText(value)),
};

export const credentialsControls = (): string =>
  controls({
    title: 'Plan the night',
    rows: [
      choice('by', 'Session begun by', ['a session (role chaining)', 'somebody from outside']),
      // A quarter of an hour is the least that AssumeRole takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
      slider('length', 'Session asked for', { min: 15, max: longest, step: 15, value: defaults.length }, shown),
      choice(
        'way',
        'The program',
        ways.map(([, text]) => text),
      ),
      slider('margin', 'If ahead, by', { min: 5, max: 45, step: 5, value: defaults.margin }, shown),
      slider('outage', 'STS refuses from', { min: 0, max: night, value: defaults.outage }, shown),
    ],
    buttons: { another: 'Another night', over: 'Start over' },
    goals,
  });
