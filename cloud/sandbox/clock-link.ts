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
  /** Id of the message that has been obeyed. */
  readonly moved?: number;
}

export interface ClockLink extends Participant {
  /** `asleep`: children of the program sleep on the clock, and to wait for them is rest. */
  settled(asleep?: boolean): Promise<boolean>;
  /** Wakes a program that waits in its event loop, and nothing else: it goes on waiting. */
  nudge(): void;
  /** A frozen program has no vote and no timers. */
  frozen(): void;
  /** Continued at `time`: resolves when it has caught up. */
  thawed(time: Millis): Promise<void>;
  ended(): void;
}

/** Characters of a message that has not ended: a program that has sent more says nothing that we know. */
const LONGEST = 1 << 20;

/** `skew`: milliseconds that the program's clock is ahead of the cloud's, of which it knows nothing. */
export function linkClock(
  name: string,
  channel: Duplex,
  openRequests: { has(id: string): boolean },
  skew = 0,
): ClockLink {
  let gone = false;
  let frozen = false;
  let due: Millis | undefined;
  let count = 0;
  let asked = 0;
  let onIdle: ((answer: Answer | undefined) => void) | undefined;
  const moving = new Map<number, () => void>();
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
      if (answer?.moved !== undefined) {
        moving.get(answer.moved)?.();
        moving.delete(answer.moved);
      } else if (answer?.idle === asked) {
        due = answer.due === undefined ? undefined : answer.due - skew;
        answerIdle(answer);
      }
    }
    if (rest.length > LONGEST) rest = '';
  });
  // The program is ending: until its end has been told, time stands.
  const toldEnd = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  let closing = false;
  channel.on('close', () => {
    closing = true;
    giveUp();
  });

  const answerIdle = (answer?: Answer): void => {
    const resolve = onIdle;
    onIdle = undefined;
    resolve?.(answer);
  };
  const giveUp = (): void => {
    for (const resolve of moving.values()) resolve();
    moving.clear();
    answerIdle();
  };
  const end = (): void => {
    gone = true;
    due = undefined;
    giveUp();
    onEnd();
  };
  const send = (message: object): void => {
    channel.write(`${JSON.stringify(message)}\n`);
  };
  const away = (): boolean => gone || frozen;

  return {
    name,
    nextDue: () => (away() ? undefined : due),
    async settled(asleep = false) {
      if (away()) return true;
      if (closing) {
        await toldEnd;
        return false;
      }
      asked = ++count;
      const answer = await new Promise<Answer | undefined>((resolve) => {
        onIdle = resolve;
        send({ ask: asked, ...(asleep ? { asleep } : {}) });
      });
      if (away() || !answer) return away();
      return (answer.open ?? []).every((id) => openRequests.has(id));
    },
    async moveTo(time) {
      if (away() || closing) return;
      await new Promise<void>((resolve) => {
        moving.set(++count, resolve);
        send({ move: time + skew, id: count });
      });
    },
    nudge() {
      if (!away() && !closing) send({ nudge: true });
    },
    frozen() {
      frozen = true;
      giveUp();
    },
    async thawed(time) {
      frozen = false;
      if (gone || closing) return;
      await new Promise<void>((resolve) => {
        moving.set(++count, resolve);
        send({ jump: time + skew, id: count });
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
