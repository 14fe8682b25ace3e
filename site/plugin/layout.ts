/** What stands around a page's text: head, header, chapters, contents of the page, previous and next. */
import type { Book, Page } from './book.ts';
import { escapeHtml } from './html.ts';
import { descriptions } from './pages.ts';

/** Runs before the first paint, so that a chosen theme is there from the start. Without a choice the system's holds. */
const themeScript =
  "try{const t=localStorage.getItem('theme');if(t==='dark'||t==='light')document.documentElement.dataset.theme=t}catch{}";

/** Figures keep room for their controls where the script that puts them to use will come: browsers fetch none for a file. */
const liveScript = "if(location.protocol!=='file:')document.documentElement.dataset.live=''";

export interface Assets {
  /** Addresses of the style sheet and the script, as Vite is to find them. */
  readonly css: string;
  readonly js: string;
  /** Whether the server has results of the reader's own to show. */
  readonly progress?: boolean;
}

export function layout(book: Book, page: Page, assets: Assets): string {
  const index = book.pages.indexOf(page);
  const previous = book.pages[index - 1];
  const next = book.pages[index + 1];
  const title = page.name === 'index.html' ? book.data.title : `${page.title} · ${book.data.title}`;
  const about = page.chapter?.about ?? descriptions[page.name] ?? book.data.description;
  return `<!doctype html>
<html lang="en"${assets.progress ? ' data-progress' : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(about)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<script>${themeScript};${liveScript}</script>
<link rel="stylesheet" href="${assets.css}">
${previous ? `<link rel="prev" href="${previous.name}">` : ''}
${next ? `<link rel="next" href="${next.name}">` : ''}
<script type="module" src="${assets.js}"></script>
</head>
<body>
<a class="skip" href="#text">Skip to the text</a>
<header class="top">
<a class="home" href="index.html">${escapeHtml(book.data.title)}</a>
<div class="tools"><button type="button" class="menu" popovertarget="contents">Contents</button><button type="button" id="theme" hidden>Dark</button></div>
</header>
<div class="columns">
<nav id="contents" class="contents" popover aria-label="Contents">
${chapters(book, page)}
</nav>
<main id="text" tabindex="-1">
<article>
${page.chapter ? `<p class="over">Chapter ${page.chapter.number}</p>` : ''}
${page.html}
</article>
<nav class="turn" aria-label="Previous and next page">
${previous ? `<a rel="prev" href="${previous.name}"><span>Previous</span> ${escapeHtml(previous.title)}</a>` : '<span></span>'}
${next ? `<a rel="next" href="${next.name}"><span>Next</span> ${escapeHtml(next.title)}</a>` : ''}
</nav>
</main>
</div>
<footer class="end"><p>Text and figures: CC BY 4.0. Code: MIT.</p></footer>
<p id="said" class="unseen" role="status"></p>
</body>
</html>
`;
}

function chapters(book: Book, current: Page): string {
  const entry = (page: Page, name: string, ring = '', apart = false): string => {
    const here = page === current;
    const headings = here ? inPage(page) : '';
    return `<li${apart ? ' class="apart"' : ''}><a href="${page.name}"${here ? ' aria-current="page"' : ''}>${ring}${escapeHtml(name)}</a>${headings}</li>`;
  };
  const items: string[] = [];
  for (const chapter of book.data.chapters) {
    const page = book.pages.find((candidate) => candidate.chapter === chapter);
    const name = `${chapter.number}. ${chapter.title}`;
    if (!page) items.push(`<li><span class="absent">${escapeHtml(name)} <em class="to-come">to come</em></span></li>`);
    else
      items.push(entry(page, name, page.lab ? `<span class="ring" data-lab="${page.lab.folder}" hidden></span>` : ''));
  }
  const others = book.pages.filter((page) => !page.chapter && page.name !== 'index.html');
  for (const [index, page] of others.entries()) items.push(entry(page, page.title, '', index === 0));
  return `<ul>${items.join('\n')}</ul>`;
}

function inPage(page: Page): string {
  const sections = page.headings.filter((heading) => heading.level === 2);
  if (sections.length === 0) return '';
  return `<ul class="sections">${sections.map((h) => `<li><a href="#${h.id}">${escapeHtml(h.text)}</a></li>`).join('')}</ul>`;
}
