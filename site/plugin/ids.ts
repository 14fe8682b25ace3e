/** Ids that a page has of its own, beside those of its headings. */
import { figures } from '../figures/index.ts';

/** Those of layout.ts. */
export const layoutIds: readonly string[] = ['contents', 'text', 'theme', 'said'];

let drawn: ReadonlySet<string> | undefined;

/** Whether an id is the layout's or a figure's, on whichever page that figure stands. */
export function isOwnId(id: string): boolean {
  drawn ??= new Set(
    Object.values(figures).flatMap((draw) => [...draw().matchAll(/ id="([^"]+)"/g)].map(([, own]) => own!)),
  );
  return layoutIds.includes(id) || drawn.has(id);
}
