/**
 * What `shutdown`, `poweroff`, `halt`, `reboot`, `init` and `systemctl` mean when an instance says them.
 * Mirrors https://man7.org/linux/man-pages/man8/shutdown.8.html and halt.8 beside it.
 */
import type { Millis } from '../../contract.ts';

export type Power =
  | { readonly kind: 'poweroff' | 'halt' | 'reboot'; readonly at: Millis; readonly say: string }
  | { readonly kind: 'cancel' | 'nothing'; readonly say: string }
  | { readonly kind: 'wrong'; readonly say: string };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** `words` begins with the command's name. Times of day are UTC, as the clock of an instance is. */
export function readPower([name = '', ...words]: readonly string[], now: Millis): Power {
  if (words.some((word) => word === '--help' || word === '--version'))
    return { kind: 'nothing', say: `${name} (instance)` };
  if (name === 'shutdown') return shutdown(words, now);
  if (name === 'systemctl') {
    const verb = words.find((word) => !word.startsWith('-')) ?? '';
    if (verb === 'poweroff' || verb === 'halt' || verb === 'reboot') return { kind: verb, at: now, say: '' };
    return wrong("System has not been booted with systemd as init system (PID 1). Can't operate.");
  }
  if (name === 'init' || name === 'telinit') {
    const level = words.at(-1);
    if (level === '0') return { kind: 'poweroff', at: now, say: '' };
    if (level === '6') return { kind: 'reboot', at: now, say: '' };
    return wrong(`${name}: this instance knows the levels 0 and 6.`);
  }
  if (has(words, 'w', '--wtmp-only')) return { kind: 'nothing', say: '' };
  if (has(words, 'p', '--poweroff')) return { kind: 'poweroff', at: now, say: '' };
  if (words.includes('--halt')) return { kind: 'halt', at: now, say: '' };
  if (words.includes('--reboot')) return { kind: 'reboot', at: now, say: '' };
  return name === 'halt' || name === 'reboot'
    ? { kind: name, at: now, say: '' }
    : { kind: 'poweroff', at: now, say: '' };
}

function shutdown(words: readonly string[], now: Millis): Power {
  if (has(words, 'c', '')) return { kind: 'cancel', say: '' };
  if (has(words, 'k', '')) return { kind: 'nothing', say: '' };
  const kind = has(words, 'r', '--reboot') ? 'reboot' : has(words, 'H', '--halt') ? 'halt' : 'poweroff';
  const [when = '+1'] = words.filter((word) => !word.startsWith('-'));
  const at = timeOf(when, now);
  if (at === undefined) return wrong(`Failed to parse time specification: ${when}`);
  const day = new Date(at).toUTCString().replace('GMT', 'UTC');
  const say =
    at === now ? '' : `${kind === 'reboot' ? 'Reboot' : 'Shutdown'} scheduled for ${day}, use 'shutdown -c' to cancel.`;
  return { kind, at, say };
}

/** `now`, `+MINUTES` or `HH:MM`. */
function timeOf(when: string, now: Millis): Millis | undefined {
  if (when === 'now') return now;
  const minutes = /^\+?(\d+)$/.exec(when)?.[1];
  if (minutes !== undefined) return now + Number(minutes) * MINUTE;
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(when) ?? [];
  if (hour === undefined) return undefined;
  const today = now - (now % DAY) + (Number(hour) * 60 + Number(minute)) * MINUTE;
  return today > now ? today : today + DAY;
}

/** A short flag alone or in a bundle (`-hP`), or its long name. */
const has = (words: readonly string[], letter: string, long: string): boolean =>
  words.some((word) => word === long || (/^-[A-Za-z]+$/.test(word) && word.includes(letter)));

const wrong = (say: string): Power => ({ kind: 'wrong', say });
