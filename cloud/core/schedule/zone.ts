/** Wall clocks of time zones. `Intl` knows the zones; here is the way back, from a wall time to the moment. */
import type { Millis } from '../../contract.ts';

/** What a wall clock shows, written as the UTC moment at which a clock in UTC shows the same. */
export type WallTime = number;

export interface Zone {
  readonly name: string;
  wallTime(at: Millis): WallTime;
  /** The first moment at which the clock shows this; `undefined` where it never does, because an hour is skipped. */
  momentOf(wall: WallTime): Millis | undefined;
}

/** Longer than any offset and than any change of one. */
const A_DAY = 24 * 3_600_000;

/** Names of the IANA database are spelt in capitals; `Intl` alone would take any case, and offsets too. */
const NAME = /^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/;

const zones = new Map<string, Zone>();

/** `undefined` where there is no such zone. */
export function zoneOf(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const zone = name === 'UTC' ? utc : NAME.test(name) ? byIntl(name) : undefined;
  if (zone) zones.set(name, zone);
  return zone;
}

const utc: Zone = { name: 'UTC', wallTime: (at) => at, momentOf: (wall) => wall };

function byIntl(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  const wallTime = (at: Millis): WallTime => {
    const shown: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) shown[type] = Number(value);
    const { year, month, day, hour, minute, second } = shown;
    return Date.UTC(year!, month! - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
  };
  const offset = (at: Millis): number => wallTime(at) - at;
  return {
    name,
    wallTime,
    momentOf(wall) {
      // The offset in force is the one of a day before or of a day after; where both fit, the earlier moment wins.
      const moments = [offset(wall - A_DAY), offset(wall + A_DAY)].map((shift) => wall - shift);
      const shown = moments.filter((moment) => wallTime(moment) === wall);
      return shown.length > 0 ? Math.min(...shown) : undefined;
    },
  };
}
