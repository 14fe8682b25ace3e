/** Given; nothing to do here. */

/** A document that no further attempt will make readable. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}
