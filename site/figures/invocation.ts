/** The three ways in which a function is invoked, and who tries again in each. */
import { arrow, bucket, type Drawing, figure, frame, label, lambda, person, queue } from './shapes.ts';

const size = { width: 360, height: 128 };

const synchronous: Drawing = {
  ...size,
  name: 'sync',
  title: 'Synchronous invocation',
  description:
    'Synchronous: a caller sends a request to the function and waits. The answer, or the error, comes back to the caller, who alone decides about trying again.',
  body: [
    person({ x: 16, y: 30 }),
    arrow('sync', [
      { x: 76, y: 44 },
      { x: 276, y: 44 },
    ]),
    label({ x: 176, y: 34 }, ['request']),
    arrow('sync', [
      { x: 276, y: 66 },
      { x: 76, y: 66 },
    ]),
    label({ x: 176, y: 86 }, ['answer, or error']),
    lambda({ x: 290, y: 30 }),
  ].join(''),
};

const asynchronous: Drawing = {
  ...size,
  name: 'async',
  title: 'Asynchronous invocation',
  description:
    'Asynchronous: a bucket hands an event to a queue inside Lambda and is told that it was accepted. Lambda takes the event from its queue, invokes the function, and tries again itself when the function fails.',
  body: [
    bucket({ x: 10, y: 22 }),
    arrow('async', [
      { x: 64, y: 46 },
      { x: 156, y: 46 },
    ]),
    label({ x: 100, y: 36 }, ['event']),
    label({ x: 98, y: 66 }, ['accepted']),
    frame({ x: 140, y: 4 }, 218, 120, 'Lambda tries again'),
    queue({ x: 162, y: 18 }, 'its queue'),
    arrow(
      'async',
      [
        { x: 216, y: 42 },
        { x: 290, y: 42 },
      ],
      true,
    ),
    label({ x: 253, y: 32 }, ['invoke']),
    lambda({ x: 296, y: 18 }),
  ].join(''),
};

const polling: Drawing = {
  ...size,
  name: 'poll',
  title: 'Invocation by polling',
  description:
    'Polling: a poller inside Lambda reads messages from your queue and invokes the function with a batch of them. Messages are deleted when the function succeeds; otherwise they become visible in your queue again, which is how they are tried again.',
  body: [
    queue({ x: 18, y: 22 }, 'your queue'),
    arrow('poll', [
      { x: 146, y: 36 },
      { x: 72, y: 36 },
    ]),
    label({ x: 107, y: 27 }, ['read']),
    arrow('poll', [
      { x: 146, y: 56 },
      { x: 72, y: 56 },
    ]),
    label({ x: 107, y: 75 }, ['delete']),
    frame({ x: 140, y: 4 }, 218, 120, 'the queue brings it back'),
    label({ x: 178, y: 50 }, ['poller'], { strong: true }),
    arrow(
      'poll',
      [
        { x: 206, y: 44 },
        { x: 290, y: 44 },
      ],
      true,
    ),
    label({ x: 246, y: 34 }, ['batch']),
    lambda({ x: 296, y: 18 }),
  ].join(''),
};

export const invocation = (): string =>
  figure(
    [
      { drawing: synchronous, beside: 'Synchronous. The caller waits, sees the error, and retries or does not.' },
      { drawing: asynchronous, beside: 'Asynchronous. The caller has left. Lambda keeps the event and retries.' },
      { drawing: polling, beside: 'Polling. Lambda reads in batches. What fails reappears in the source.' },
    ],
    'Three invocation models. What is inside a dashed frame is Lambda’s, and you cannot see it.',
  );
