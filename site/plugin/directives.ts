/**
 * What the book's directives mean: a typed table. A name that is not in it, and whatever else a directive refers to and
 * does not find (fact, term, file, region, step, figure), is a problem with file and line.
 */
import { figures } from '../figures/index.ts';
import { type Facts, factLink, factText, factValue } from './facts.ts';
import type { Glossary } from './glossary.ts';
import type { Highlighter } from './highlight.ts';
import { escapeHtml } from './html.ts';
import { type Included, include } from './include.ts';
import { type Lab, type Step, stepOf, UNUSABLE } from './labs.ts';
import { suggest } from './problems.ts';
import type { DirectiveUse } from './syntax.ts';

/** What a directive may look up, and where it says what it used. */
export interface DirectiveContext {
  readonly root: string;
  readonly facts: Facts;
  /** Whether a fact may be one that stands there and cannot be used. */
  readonly isBrokenFact: (id: string) => boolean;
  readonly glossary: Glossary;
  readonly highlighter: Highlighter;
  /** The chapter's lab, when it has one. */
  readonly lab: Lab | typeof UNUSABLE | undefined;
  readonly used: Readonly<Record<'facts' | 'quizzes', Set<string>>>;
}

/** Renders a use to HTML (`[open, close]` for containers). Throws an Error whose message is for the author. */
type Container = (use: DirectiveUse, context: DirectiveContext) => readonly [string, string];
type Leaf = (use: DirectiveUse, context: DirectiveContext) => string;

const callouts: Readonly<Record<string, { readonly label: string; readonly sign: string }>> = {
  aws: { label: 'AWS today', sign: '☁' },
  'in-2018': { label: 'In 2018', sign: '◷' },
  here: { label: 'Here', sign: '⌂' },
  try: { label: 'Try it', sign: '▸' },
};

const callout =
  (kind: string): Container =>
  (use) => {
    const { label, sign } = callouts[kind]!;
    const title = use.text === '' ? '' : ` <span class="about">${escapeHtml(use.text)}</span>`;
    return [
      `<div class="callout ${kind}" role="note"><p class="kind"><span class="sign" aria-hidden="true">${sign}</span> <strong>${label}</strong>${title}</p>`,
      '</div>',
    ];
  };

const containers: Readonly<Record<string, Container>> = {
  ...Object.fromEntries(Object.keys(callouts).map((kind) => [kind, callout(kind)])),
  margin: (use) => [`<div class="margin" role="note" style="--rows:${use.rows ?? 1}">`, '</div>'],
  /** Predict first; its title is laid out in question.ts. */
  question: (use) => {
    if (use.text === '') throw new Error('"::: question" needs the question after it, on the same line.');
    return ['<details class="question">', '</div></details>'];
  },
  /** A choice of answers; what stands in it is laid out in quiz.ts. */
  quiz: () => ['<fieldset class="quiz">', '</fieldset>'],
  goals: (use) => [`<div class="goals"><p class="kind">${escapeHtml(use.text || 'You will be able to')}</p>`, '</div>'],
};

const leaves: Readonly<Record<string, Leaf>> = {
  /** `::include solutions/01-faas/handler.ts#decode-key` */
  include: (use, context) => code(include(context.root, use.text), context),
  /** The same, folded: an answer that a reader should try to find first. */
  reveal: (use, context) => {
    const included = include(context.root, use.text);
    const name = included.path.split('/').at(-1)!;
    return `<details class="reveal"><summary>One answer, from <code>${escapeHtml(name)}</code></summary>${code(included, context)}</details>\n`;
  },
  /** `::step handler`: the card of a lab's step, by the step's id or anchor. */
  step: (use, context) => {
    const lab = context.lab;
    if (!lab) throw new Error('"::step" needs a lab, and this chapter has none in chapters/book.json.');
    if (lab === UNUSABLE) return '';
    const step = stepOf(lab, use.text);
    if (!step)
      throw new Error(
        `labs/${lab.folder}/lab.json has no step "${use.text}". ${suggest(
          use.text,
          lab.steps.map((s) => s.id),
        )}`.trim(),
      );
    return stepCard(lab, step);
  },
  figure: (use) => {
    const draw = figures[use.text];
    if (!draw) throw new Error(`There is no figure "${use.text}". ${suggest(use.text, Object.keys(figures))}`.trim());
    return draw();
  },
};

const inlines: Readonly<Record<string, Leaf>> = {
  /** `:fact[lambda.timeout.max]` is "15 minutes"; `:fact[lambda.timeout.max]{value}` is "15". */
  fact: (use, context) => {
    const fact = context.facts.get(use.text);
    if (!fact && context.isBrokenFact(use.text)) return '';
    if (!fact)
      throw new Error(
        `chapters/facts.json has no fact "${use.text}". ${suggest(use.text, context.facts.keys(), 'Add it there, with its date and source.')}`.trim(),
      );
    if (use.argument !== undefined && use.argument !== 'value')
      throw new Error(`A fact is printed whole or as {value}, not as {${use.argument}}.`);
    context.used.facts.add(fact.id);
    return factLink(fact, use.argument === 'value' ? factValue(fact) : factText(fact));
  },
  /** `:term[cold start]`, or `:term[was frozen]{freeze}` when the text is not the term's name. */
  term: (use, context) => {
    const term = context.glossary.find(use.argument ?? use.text);
    if (!term) {
      const words = context.glossary.terms.map((t) => t.name);
      throw new Error(
        `chapters/glossary.md has no term "${use.argument ?? use.text}". ${suggest(use.argument ?? use.text, words, 'Add it there, or name an entry in braces: :term[words]{entry}.')}`.trim(),
      );
    }
    return `<a class="term" href="glossary.html#${term.id}">${escapeHtml(use.text)}</a>`;
  },
  /** `:key[Ctrl+C]` */
  key: (use) => `<kbd>${escapeHtml(use.text)}</kbd>`,
};

/** How each directive is written, by its name. */
export const spellings: ReadonlyMap<string, string> = new Map([
  ...Object.keys(containers).map((name) => [name, `::: ${name}`] as const),
  ...Object.keys(leaves).map((name) => [name, `::${name} …`] as const),
  ...Object.keys(inlines).map((name) => [name, `:${name}[…]`] as const),
]);

export function renderContainer(use: DirectiveUse, context: DirectiveContext): readonly [string, string] {
  return named(containers, use, ':::')(use, context);
}

export function renderLeaf(use: DirectiveUse, context: DirectiveContext): string {
  return use.form === 'inline' ? named(inlines, use, ':')(use, context) : named(leaves, use, '::')(use, context);
}

function named<T>(table: Readonly<Record<string, T>>, use: DirectiveUse, colons: string): T {
  const found = Object.hasOwn(table, use.name) ? table[use.name] : undefined;
  if (!found)
    throw new Error(
      `There is no directive "${colons}${use.name}". ${
        spellings.has(use.name) ? `Write "${spellings.get(use.name)}".` : suggest(use.name, Object.keys(table))
      }`.trim(),
    );
  return found;
}

function code(included: Included, context: DirectiveContext): string {
  return codeBlock(context.highlighter.highlight(included.code, included.language), included.path);
}

/** A block of code; `label` is shown above it. */
export function codeBlock(html: string, label?: string): string {
  const caption = label === undefined ? '' : `<figcaption>${escapeHtml(label)}</figcaption>`;
  return `<figure class="code">${caption}<pre><code>${html}\n</code></pre></figure>\n`;
}

function stepCard(lab: Lab, step: Step): string {
  const number = `${lab.number}.${step.number}`;
  const files = step.files
    .map((file) => `<code class="file">labs/${lab.folder}/src/${escapeHtml(file)}</code>`)
    .join('');
  return (
    `<section class="step" data-step="${escapeHtml(step.id)}" data-lab="${lab.folder}" aria-label="Lab step ${number}">` +
    `<p class="kind"><span class="sign" aria-hidden="true">▸</span> <strong>Lab step ${number}</strong> <span class="state" hidden></span></p>` +
    `<p class="title">${escapeHtml(step.title)}</p>` +
    `<dl><dt>Run</dt><dd><code class="command">npm run lab ${number}</code></dd><dt>Edit</dt><dd>${files}</dd></dl></section>\n`
  );
}
