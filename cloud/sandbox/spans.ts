/** The spans of time that `sleep` takes. Mirrors https://www.gnu.org/software/coreutils/manual/html_node/sleep-invocation.html */

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds, infinite for `infinity`; or the word that is no span, '' when there is none at all. */
export function spanOf(words: readonly string[]): number | { readonly wrong: string } {
  if (words.length === 0) return { wrong: '' };
  let total = 0;
  for (const word of words) {
    const [, number, unit = 's'] = /^(\d+\.?\d*|\.\d+|inf|infinity)([smhd]?)$/i.exec(word) ?? [];
    if (number === undefined) return { wrong: word };
    total += (/^inf/i.test(number) ? Number.POSITIVE_INFINITY : Number(number)) * UNITS[unit || 's']!;
  }
  return total;
}
