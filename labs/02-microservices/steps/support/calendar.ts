/** Step 2.2: rollout.json as a calendar. It tells which release of each service runs when, and whose events it may meet. */

export const SERVICES = ['feed', 'chat'] as const;
export const RELEASES = ['before', 'both', 'after'] as const;
export type Service = (typeof SERVICES)[number];
export type Release = (typeof RELEASES)[number];

/** A line of the plan; waits in hours. */
export type Line = { readonly deploy: Service; readonly release: Release } | { readonly wait: number };

/** A release of a service runs, in hours since the plan began: from the first, until just before the second. */
export interface Run {
  readonly release: Release;
  readonly from: number;
  readonly to: number;
}

/** What one release of the feed writes may be read by one release of chat, for the first time at this hour. */
export interface Meeting {
  readonly written: Run;
  readonly read: Run;
  readonly at: number;
}

/** Hours in which the old and the new release both run. */
const DEPLOYMENT = 1;
const DAY = 24;
/** Hours until a message is gone: first from the queue, then from the dead letters, both counted from when it was sent. */
export const IN_QUEUE = 4 * DAY;
export const IN_ALL = 14 * DAY;

/** The lines of a plan; or a sentence about the first of them that is none. */
export function linesOf(plan: unknown): readonly Line[] | string {
  if (!Array.isArray(plan)) return `it is no list, but ${JSON.stringify(plan)}`;
  const lines = plan.map(lineOf);
  const wrong = lines.indexOf(undefined);
  return wrong < 0 ? (lines as Line[]) : `line ${wrong + 1} is ${JSON.stringify(plan[wrong])}`;
}

function lineOf(line: Readonly<Record<string, unknown>> | null): Line | undefined {
  const [deploy, release] = [
    SERVICES.find((one) => one === line?.deploy),
    RELEASES.find((one) => one === line?.release),
  ];
  if (deploy && release) return { deploy, release };
  const wait = /^(\d+(?:\.\d+)?) (hour|day)s?$/.exec(String(line?.wait));
  return wait ? { wait: Number(wait[1]) * (wait[2] === 'day' ? DAY : 1) } : undefined;
}

/** The releases of both services in the order in which they run. The last one runs for ever. */
export function runsOf(lines: readonly Line[]): Record<Service, readonly Run[]> {
  const runs: Record<Service, Run[]> = {
    feed: [{ release: 'before', from: 0, to: Number.POSITIVE_INFINITY }],
    chat: [{ release: 'before', from: 0, to: Number.POSITIVE_INFINITY }],
  };
  let now = 0;
  for (const line of lines) {
    if ('wait' in line) {
      now += line.wait;
      continue;
    }
    const list = runs[line.deploy];
    list.push({ release: line.release, from: now, to: Number.POSITIVE_INFINITY });
    now += DEPLOYMENT;
    list.splice(-2, 1, { ...list.at(-2)!, to: now });
  }
  return runs;
}

/** All that may meet, the earliest first. */
export function meetingsOf({ feed, chat }: Record<Service, readonly Run[]>): readonly Meeting[] {
  return feed
    .flatMap((written) => chat.map((read) => ({ written, read, at: Math.max(written.from, read.from) })))
    .filter(({ written, read, at }) => at < Math.min(written.to + IN_ALL, read.to))
    .sort((one, other) => one.at - other.at);
}

/** `day 14 at 02:00`, counted from 0. */
export const moment = (hour: number): string =>
  `day ${Math.floor(hour / DAY)} at ${String(Math.floor(hour % DAY)).padStart(2, '0')}:${String(Math.floor((hour % 1) * 60)).padStart(2, '0')}`;
