/** The pages that are made from data: the index, the glossary and the table of sources. */
import type { BookData, Page } from './book.ts';
import { type Fact, type Facts, factText } from './facts.ts';
import type { Glossary, Term } from './glossary.ts';
import { escapeHtml } from './html.ts';

/** What the front page tells to type. */
export const startCommands = `npm start             # this book, and what to do next
npm run lab 1 watch   # grades lab 1 each time you save
npm run lab 1.1 hint  # the next hint for its first step`;

/** What search engines and previews say of pages that are no chapters, by their name. */
export const descriptions: Readonly<Record<string, string>> = {
  'glossary.html':
    'The words of this book, each defined in a sentence or two, with the other names that it has and the one that AWS gives it.',
  'sources.html':
    'Every limit, price and date of AWS that this book relies on, with the page where it was read and the day.',
};

/** `start` is the block of code with `startCommands`. */
export function indexBody(data: BookData, pages: readonly Page[], start: string): string {
  const entries = data.chapters.map((chapter) => {
    const page = pages.find((candidate) => candidate.chapter === chapter);
    const name = escapeHtml(chapter.title);
    const title = page ? `<a href="${page.name}">${name}</a>` : `${name} <em class="to-come">to come</em>`;
    const lab = page?.lab
      ? `<p class="lab">Lab ${page.lab.number}: ${page.lab.steps.length === 1 ? 'one step' : `${page.lab.steps.length} steps`}. <code>npm run lab ${page.lab.number}</code></p>`
      : '';
    return `<li><span class="no" aria-hidden="true">${chapter.number}</span><h3>${title}</h3><p>${escapeHtml(chapter.about)}</p>${lab}</li>`;
  });
  return [
    `<h1>${escapeHtml(data.title)}</h1>`,
    `<p class="lead">${escapeHtml(data.description)}</p>`,
    '<p>Each chapter explains one idea and ends in work for you. The lab beside it deploys what you write to an AWS that runs on your own machine, ' +
      'and judges it by what that cloud then does: which objects exist, which messages are left, which processes still run. ' +
      'Your code is never imported by what grades it.</p>',
    '<h2>How to start</h2>',
    '<p>You need Node.js 20.19 or newer and git, on Linux, macOS or Windows with WSL2. No account, no bill, no Docker. ' +
      'The workbook is a git repository: clone it from where you found this book (<code>git clone</code> and its address), and in its folder:</p>',
    start,
    '<p>Read a chapter until a step card asks you to do something, and run the card’s command. The first run copies the files that you are going to edit. ' +
      'Edit, save, run again. When a check fails it says what was asked, what was done, what was expected and what was seen, and it leads back to the paragraph that explains it.</p>',
    `<h2>Chapters</h2><ol class="chapters">${entries.join('')}</ol>`,
    '<h2>What to trust</h2>',
    '<p>The book retells a text of 2018 and says where time has proved it wrong, because the mistakes are instructive. ' +
      'Every number that somebody else can change has a date and a source: they are all in <a href="sources.html">one table</a>. ' +
      'Words with a thin line under them are in the <a href="glossary.html">glossary</a>.</p>',
  ].join('\n');
}

export function glossaryBody(glossary: Glossary, intro: string, definitions: ReadonlyMap<string, string>): string {
  const entries = glossary.terms.map((term) => entry(term, definitions.get(term.id) ?? '', glossary));
  return `<h1>${escapeHtml(glossary.title)}</h1>\n${intro}\n<div class="glossary">${entries.join('\n')}</div>`;
}

function entry(term: Term, definition: string, glossary: Glossary): string {
  const names = [
    ...(term.also.length > 0 ? [`also: ${term.also.map(escapeHtml).join(', ')}`] : []),
    ...(term.inAws === undefined ? [] : [`in AWS: ${escapeHtml(term.inAws)}`]),
  ];
  const other = names.length > 0 ? `<p class="also">${names.join(' · ')}</p>` : '';
  const see = term.see.map((id) => `<a href="#${id}">${escapeHtml(glossary.find(id)?.name ?? id)}</a>`);
  const seeAlso = see.length > 0 ? `<p class="see">See ${see.join(', ')}.</p>` : '';
  return `<section><h2 id="${term.id}">${escapeHtml(term.name)}</h2>${other}${definition}${seeAlso}</section>`;
}

export function sourcesBody(facts: Facts): string {
  const rows = [...facts.values()].sort((a, b) => a.id.localeCompare(b.id)).map(row);
  return [
    '<h1>Sources</h1>',
    '<p>Limits, prices and dates of AWS that this book relies on. Each was read in its source on the day given; AWS may have changed it since. ' +
      'What names a region holds there; all else holds everywhere.</p>',
    '<div class="table"><table class="facts"><thead><tr><th scope="col">What</th><th scope="col">Value</th><th scope="col">As of</th></tr></thead>',
    `<tbody>${rows.join('\n')}</tbody></table></div>`,
  ].join('\n');
}

function row(fact: Fact): string {
  const note = fact.note === undefined ? '' : `<br><span class="note">${escapeHtml(fact.note)}</span>`;
  const day = `<time>${fact.asOf}</time>`;
  const region = fact.region === 'all' ? '' : `<br><span class="note">in ${fact.region}</span>`;
  return (
    `<tr id="${fact.id}"><th scope="row">${escapeHtml(fact.title)}${note}<br><a href="${escapeHtml(fact.source)}">${escapeHtml(sourceName(fact.source))}</a></th>` +
    `<td>${escapeHtml(factText(fact))}${region}<span class="note below">as of ${day}</span></td>` +
    `<td>${day}</td></tr>`
  );
}

/** `docs.aws.amazon.com/lambda/…/configuration-timeout`: the host, what it is about there, and the page. */
export function sourceName(address: string): string {
  const { host, pathname } = new URL(address);
  const parts = pathname.split('/').filter((part) => part !== '' && part !== 'latest');
  const page = parts.pop()?.replace(/\.(html|md)$/, '');
  if (page === undefined) return host;
  return [host, ...(parts.length > 1 ? [parts[0], '…'] : parts), page].join('/');
}
