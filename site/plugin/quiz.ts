/**
 * A question with answers to choose from, each explained:
 *
 *     ::: quiz Does a schedule start exactly one run for each time?
 *     - ( ) Yes, a schedule never fires twice.
 *       What is wrong with this answer.
 *     - (x) No, at least one.
 *       Why it is right.
 *     :::
 *
 * The line with the mark is the answer; whatever follows in the same entry explains it. A page shows the explanation of
 * the chosen answer by its style sheet alone. The list is rebuilt before running text is read, so that directives, code
 * and links work in question, answers and explanations.
 */
import { createHash } from 'node:crypto';
import type { StateCore, Token } from 'markdown-it';
import { tokenTypes, useOf } from './syntax.ts';
import { builder, lineOf } from './tokens.ts';

type Wrong = (line: number, message: string) => void;

interface Answer {
  readonly line: number;
  readonly right: boolean;
  readonly text: string;
  readonly explanation: readonly Token[];
}

const mark = /^\(([ x])\)\s+(\S.*)$/;

/** Rebuilds every quiz of a page. `seen` holds the ids of quizzes so far: the same question twice would share its radio buttons. */
export function layQuizzes(state: StateCore, seen: Set<string>, wrong: Wrong): void {
  for (let at = 0; at < state.tokens.length; at++) {
    const open = state.tokens[at]!;
    if (open.type !== tokenTypes.open || useOf(open).name !== 'quiz') continue;
    const end = state.tokens.findIndex((token, index) => index > at && token.type === tokenTypes.close);
    const laid = layQuiz(state, open, state.tokens.slice(at + 1, end), seen, wrong);
    state.tokens.splice(at + 1, end - at - 1, ...laid);
    at += laid.length;
  }
}

function layQuiz(state: StateCore, open: Token, content: readonly Token[], seen: Set<string>, wrong: Wrong): Token[] {
  const start = lineOf(open);
  const question = useOf(open).text;
  if (question === '') wrong(start, '"::: quiz" needs the question after it, on the same line.');
  const answers = readAnswers(state, content, start, wrong);
  const right = answers.filter((answer) => answer.right);
  if (answers.length < 2)
    wrong(start, `A quiz has two answers or more, each on a line like "- ( ) No."; this one has ${answers.length}.`);
  else if (right.length === 0) wrong(start, 'This quiz has no right answer: mark one with (x).');
  for (const another of right.slice(1)) wrong(another.line, 'This is a second right answer, and a quiz has one.');

  for (const [index, { line, text }] of answers.entries()) {
    if (answers.slice(0, index).some((other) => other.text === text))
      wrong(line, 'This answer says the same as one above it: readers cannot tell them apart.');
  }

  const id = idOf(question, answers);
  if (seen.has(id)) wrong(start, 'The same quiz stands in the book already.');
  seen.add(id);
  const { html, inline } = builder(state);
  return [
    html('<legend><span class="kind">Quiz</span> '),
    inline(question, start),
    html('</legend><div class="choices">'),
    ...answers.flatMap((answer) => {
      const verdict = answer.right ? ['right', '✓', 'Right.'] : ['wrong', '✗', 'Not this one.'];
      return [
        html(`<div class="choice"><label><input type="radio" name="quiz-${id}" value="${verdict[0]}"><span>`),
        inline(answer.text, answer.line),
        html(
          `</span></label><div class="why"><p class="verdict ${verdict[0]}"><span aria-hidden="true">${verdict[1]}</span> ${verdict[2]}</p> `,
        ),
        ...answer.explanation,
        html('</div></div>'),
      ];
    }),
    html('</div>'),
  ];
}

function readAnswers(state: StateCore, content: readonly Token[], start: number, wrong: Wrong): Answer[] {
  const top = content.filter((token) => token.level === 1 && token.nesting >= 0);
  const stray = top.find((token, index) => token.type !== 'bullet_list_open' || index > 0);
  if (stray) wrong(lineOf(stray, start), 'A quiz holds one list of answers and nothing else.');
  const items = content.flatMap((token, index) => {
    if (token.type !== 'list_item_open' || token.level !== 2) return [];
    const end = content.findIndex((other, i) => i > index && other.type === 'list_item_close' && other.level === 2);
    return [{ line: lineOf(token, start), tokens: content.slice(index + 1, end) }];
  });
  return items.map(({ line, tokens }) => readAnswer(state, line, tokens, wrong));
}

function readAnswer(state: StateCore, line: number, tokens: readonly Token[], wrong: Wrong): Answer {
  const [first = '', ...rest] = tokens[0]?.type === 'paragraph_open' ? tokens[1]!.content.split('\n') : [];
  const found = mark.exec(first);
  if (!found)
    wrong(
      line,
      `An answer begins with "( )", or with "(x)" when it is the right one; this one with "${first.slice(0, 12)}".`,
    );
  const { inline, token } = builder(state);
  const explanation = [
    ...(rest.length > 0
      ? [token('paragraph_open', 'p', 1), inline(rest.join('\n'), line + 1), token('paragraph_close', 'p', -1)]
      : []),
    ...tokens.slice(3),
  ];
  // In a list without blank lines paragraphs are marked as hidden.
  for (const paragraph of explanation) paragraph.hidden = false;
  if (found && explanation.length === 0)
    wrong(line, 'This answer is not explained: say below it, indented by two, why it is right or wrong.');
  return { line, right: found?.[1] === 'x', text: found?.[2] ?? first, explanation };
}

/** Named by what it says: who edits a quiz makes it a new one, and a reader's stored answer no longer counts. */
function idOf(question: string, answers: readonly Answer[]): string {
  const said = JSON.stringify([question, ...answers.map(({ text, right }) => [text, right])]);
  return createHash('sha256').update(said).digest('hex').slice(0, 8);
}
