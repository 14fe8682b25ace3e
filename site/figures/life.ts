/** The life of one execution environment, as a state machine. */
import { arrow, figure, label, state } from './shapes.ts';

const name = 'life';

const body = [
  label({ x: 180, y: 16 }, ['an event comes, and no environment is free'], { strong: false }),
  arrow(name, [
    { x: 180, y: 24 },
    { x: 180, y: 46 },
  ]),
  state({ x: 90, y: 48 }, 176, 56, 'INIT', 'module runs, once', 'busy'),
  arrow(name, [
    { x: 178, y: 104 },
    { x: 178, y: 150 },
  ]),
  label({ x: 168, y: 132 }, ['ready'], { anchor: 'end' }),
  state({ x: 90, y: 152 }, 176, 56, 'INVOKE', 'your handler runs', 'busy'),
  arrow(name, [
    { x: 140, y: 208 },
    { x: 140, y: 272 },
  ]),
  label({ x: 130, y: 236 }, ['it returns:', 'freeze'], { anchor: 'end' }),
  arrow(name, [
    { x: 216, y: 274 },
    { x: 216, y: 210 },
  ]),
  label({ x: 226, y: 236 }, ['next event:', 'thaw'], { anchor: 'start' }),
  state({ x: 90, y: 274 }, 176, 56, 'FROZEN', 'nothing runs', 'still'),
  arrow(name, [
    { x: 178, y: 330 },
    { x: 178, y: 378 },
  ]),
  label({ x: 188, y: 359 }, ['unused for a while'], { anchor: 'start' }),
  state({ x: 90, y: 380 }, 176, 56, 'SHUTDOWN', 'memory, disk: gone', 'plain'),
  arrow(name, [
    { x: 266, y: 180 },
    { x: 318, y: 180 },
    { x: 318, y: 150 },
  ]),
  label({ x: 272, y: 200 }, ['time limit,', 'crash'], { anchor: 'start' }),
  label({ x: 318, y: 128 }, ['RESET'], { strong: true }),
  label({ x: 318, y: 145 }, ['/tmp stays']),
  arrow(name, [
    { x: 318, y: 110 },
    { x: 318, y: 76 },
    { x: 268, y: 76 },
  ]),
].join('');

export const life = (): string =>
  figure(
    [
      {
        drawing: {
          name,
          width: 366,
          height: 444,
          title: 'The life of one execution environment',
          description:
            'An event comes and no environment is free, so one is made. INIT: your module runs, once. INVOKE: your handler runs. ' +
            'When it returns, the environment is FROZEN: nothing in it runs. The next event thaws it and leads back to INVOKE. ' +
            'When an invocation runs into its time limit or crashes, a RESET ends the runtime and leads back to INIT, and what lies in the temporary folder stays. ' +
            'A frozen environment that is unused for a while ends in SHUTDOWN: memory and disk are gone.',
          body,
        },
      },
    ],
    'One execution environment. It serves one invocation at a time, and you choose none of the transitions.',
  );
