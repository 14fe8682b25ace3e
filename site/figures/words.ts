/** Words and tables that figures share. */
import { escapeHtml } from '../plugin/html.ts';

export const several = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

/** `1:05` of 65: minutes as hours, seconds as minutes. */
export function clockText(count: number): string {
  return `${Math.floor(count / 60)}:${String(count % 60).padStart(2, '0')}`;
}

/** The first cell of a row names it. */
export function tableOf(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const body = rows.map(
    ([first, ...cells]) =>
      `<tr><th scope="row">${escapeHtml(String(first))}</th>` +
      `${cells.map((cell) => `<td>${escapeHtml(String(cell))}</td>`).join('')}</tr>`,
  );
  return (
    `<table><thead><tr>${columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead>` +
    `<tbody>${body.join('')}</tbody></table>`
  );
}

/** Entries of a list of what happened: when, and what. */
export function entries(events: readonly { readonly at: number; readonly text: string }[]): string {
  if (events.length === 0) return '<li>Nothing has happened yet.</li>';
  return events.map(({ at, text }) => `<li><strong>${clockText(at)}</strong> ${escapeHtml(text)}</li>`).join('');
}
