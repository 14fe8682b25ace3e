/** Links between pages: written as `01-faas.md#time-limit`, so that they work in an editor too; checked against what there is. */
import { posix } from 'node:path';
import { wrongEdition } from './editions.ts';
import { type Problem, suggest } from './problems.ts';

export interface Link {
  readonly file: string;
  readonly line: number;
  /** As written. */
  readonly target: string;
  /** As it stands in the page. */
  readonly href: string;
  /** The page's file name and the id on it, when it leads to a page of the book. */
  readonly page?: string;
  readonly anchor?: string;
  readonly wrong?: string;
}

/** What `href` in `file` (a path from the repository's root) means. `line` is only carried along. */
export function rewriteLink(target: string, file: string, line: number): Link {
  const link = { file, line, target, href: target };
  if (/^https:\/\//.test(target)) return { ...link, ...wrongly(wrongEdition(target)) };
  if (/^[a-z]+:/i.test(target)) return { ...link, wrong: `"${target}": links lead to https or into the book.` };
  const [path = '', anchor] = target.split('#', 2);
  const page = path === '' ? posix.basename(file) : path;
  if (!/^[\w-]+\.md$/.test(page))
    return { ...link, wrong: `"${target}": a link within the book names a chapter's file, like 01-faas.md#id.` };
  const href = `${path === '' ? '' : htmlName(page)}${anchor === undefined ? '' : `#${anchor}`}`;
  return { ...link, href, page, anchor };
}

const wrongly = (wrong: string | undefined): Pick<Link, 'wrong'> => (wrong === undefined ? {} : { wrong });

/** `01-faas.md` is served as `01-faas.html`. */
export function htmlName(page: string): string {
  return page.replace(/\.md$/, '.html');
}

/** Checks links against the ids of each page. */
export function checkLinks(links: readonly Link[], pages: ReadonlyMap<string, ReadonlySet<string>>): Problem[] {
  const problems: Problem[] = [];
  for (const { file, line, target, page, anchor, wrong } of links) {
    if (wrong !== undefined) {
      problems.push({ file, line, message: wrong });
      continue;
    }
    if (page === undefined) continue;
    const ids = pages.get(page);
    if (!ids)
      problems.push({
        file,
        line,
        message: `"${target}": the book has no page ${page}. ${suggest(page, pages.keys())}`.trim(),
      });
    else if (anchor !== undefined && !ids.has(anchor))
      problems.push({
        file,
        line,
        message: `"${target}": ${page} has no heading with the id "${anchor}". ${suggest(anchor, ids)}`.trim(),
      });
  }
  return problems;
}
