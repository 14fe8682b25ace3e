/**
 * Patterns with wildcards. The time they take grows with their length times that of the text: as regular expressions, a few `*`
 * in a row of like letters would keep the whole cloud busy for ever.
 */

/** `*`: any text, even none. */
export const ANY_TEXT = Symbol('any text');
/** `?`: one character. */
export const ONE_CHARACTER = Symbol('one character');

/** Text that is meant as it stands, and wildcards. */
export type Glob = readonly (string | typeof ANY_TEXT | typeof ONE_CHARACTER)[];

/** `*` and `?` wherever they are; nothing takes their meaning away. */
export const readGlob = (pattern: string): Glob =>
  pattern
    .split(/([*?])/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece === '*' ? ANY_TEXT : piece === '?' ? ONE_CHARACTER : piece));

/** Does it match the whole text? Where a piece does not fit, the last `*` takes one character more. */
export function matchesGlob(glob: Glob, text: string): boolean {
  let [at, piece] = [0, 0];
  let last: { readonly piece: number; at: number } | undefined;
  while (at < text.length || piece < glob.length) {
    const wanted = glob[piece];
    if (wanted === ANY_TEXT) {
      last = { piece: ++piece, at };
      if (piece === glob.length) return true;
      continue;
    }
    const size = wanted === undefined ? undefined : sizeAt(text, at, wanted);
    if (size !== undefined) {
      at += size;
      piece++;
      continue;
    }
    if (!last || last.at >= text.length) return false;
    piece = last.piece;
    at = ++last.at;
  }
  return true;
}

/** How much of the text the piece takes there; undefined where it does not fit. */
function sizeAt(text: string, at: number, wanted: string | typeof ONE_CHARACTER): number | undefined {
  if (typeof wanted === 'string') return text.startsWith(wanted, at) ? wanted.length : undefined;
  const code = text.codePointAt(at);
  return code === undefined ? undefined : code > 0xffff ? 2 : 1;
}
