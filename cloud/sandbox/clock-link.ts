/**
 * The clock's side of the link to one program: asks whether it is at rest, and moves its time. A program answers an `ask`
 * only once it is at rest, so nobody polls; one that computes answers when it is done.
 */
import type { Duplex } from 'node:stream';
import type { Millis } from '../contract.ts';
import type { Participant } from './contract.ts';

interface Answer {
  readonly idle?: number;
  readonly open?: readonly string[];
  readonly due?: Millis;
  readonly moved?: Millis;
}

export interface ClockLink extends Participant {
  /** A frozen program has no vote and no timers. */
  frozen(): void;
  /** Continued at `time`: resolves when it has caught up. */
  thawed(time: Millis): Promise<void>;
  ended(): void;
}

export function linkClock(
  name: string,
  channel: Duplex,
  openRequests: { has(id: string): boolean },
  /** True when no thread of the program is on the CPU: work on threads is invisible to the program's own event loop. */
  threadsAsleep: () => boolean,
): ClockLink {
  let gone = false;
  let frozen = false;
  let due: Millis | undefined;
  let count = 0;
  let onIdle: ((answer: Answer | undefined) => void) | undefined;
  let onMoved: (() => void) | undefined;
  let rest = '';
  let onEnd: () => void = () => undefined;

  channel.on('error', () => undefined);
  channel.setEncoding('utf8');
  channel.on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      const answer = parse(line);
      if (answer?.moved !== undefined) release('moved');
      else if (answer?.idle === count) {
        due = answer.due;
        release('idle', answer);
      }
    }
  });
  // The program is ending: until its end has been told, time stands.
  const toldEnd = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  let closing = false;
  channel.on('close', () => {
    closing = true;
    release('moved');
    release('idle');
  });

  const release = (what: 'moved' | 'idle', answer?: Answer): void => {
    if (what === 'moved') {
      const resolve = onMoved;
      onMoved = undefined;
      resolve?.();
    } else {
      const resolve = onIdle;
      onIdle = undefined;
      resolve?.(answer);
    }
  };
  const end = (): void => {
    gone = true;
    due = undefined;
    release('moved');
    release('idle');
    onEnd();
  };
  const send = (message: object): void => {
    channel.write(`${JSON.stringify(message)}\n`);
  };
  const away = (): boolean => gone || frozen;

  return {
    name,
    nextDue: () => (away() ? undefined : due),
    async settled() {
      if (away()) return true;
      if (closing) {
        await toldEnd;
        return false;
      }
      const answer = await new Promise<Answer | undefined>((resolve) => {
        onIdle = resolve;
        send({ ask: ++count });
      });
      if (away() || !answer) return away();
      return (answer.open ?? []).every((id) => openRequests.has(id)) && threadsAsleep();
    },
    async moveTo(time) {
      if (away() || closing) return;
      await new Promise<void>((resolve) => {
        onMoved = resolve;
        send({ move: time });
      });
    },
    frozen() {
      frozen = true;
      release('moved');
      release('idle');
    },
    async thawed(time) {
      frozen = false;
      if (gone || closing) return;
      await new Promise<void>((resolve) => {
        onMoved = resolve;
        send({ jump: time });
      });
    },
    ended: end,
  };
}

/** The channel's other end is other people's code. */
function parse(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}
