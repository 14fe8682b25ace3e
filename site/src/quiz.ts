/**
 * The quiz of a chapter: reads the explanation of a chosen answer to those who hear the page, keeps the choices in this
 * browser, and counts below the last question. Showing the explanation is the style sheet's work.
 */
import { say } from './say.ts';

/** Which of its answers is chosen, from 0, by quiz, for all chapters. */
type Choices = Record<string, number>;

const key = 'quiz';

export function keepQuiz(): void {
  const quizzes = [...document.querySelectorAll<HTMLElement>('.quiz')].map((element) => {
    const inputs = [...element.querySelectorAll('input')];
    return { id: inputs[0]!.name, element, inputs };
  });
  const last = quizzes.at(-1);
  if (!last) return;
  let choices = load();

  const count = document.createElement('span');
  const clear = document.createElement('button');
  clear.type = 'button';
  clear.textContent = 'Clear my answers';
  const score = document.createElement('p');
  score.className = 'score';
  score.append(count, clear);
  last.element.after(score);

  const show = (): void => {
    const chosen = quizzes.map(({ inputs }) => inputs.find((input) => input.checked)?.value);
    const answered = chosen.filter((value) => value !== undefined).length;
    const right = chosen.filter((value) => value === 'right').length;
    count.textContent = `This chapter’s quiz: ${answered} of ${quizzes.length} answered, ${right} right. `;
    clear.hidden = answered === 0;
  };
  for (const { id, inputs } of quizzes) {
    for (const [index, input] of inputs.entries()) {
      // Some browsers bring back what was checked before a reload: what is kept decides.
      input.checked = choices[id] === index;
      input.addEventListener('change', () => {
        choices[id] = index;
        save(choices);
        show();
        say(input.closest('.choice')!.querySelector('.why')!.textContent!.trim());
      });
    }
  }
  clear.addEventListener('click', () => {
    choices = Object.fromEntries(Object.entries(choices).filter(([id]) => quizzes.every((quiz) => quiz.id !== id)));
    save(choices);
    for (const input of quizzes.flatMap(({ inputs }) => inputs)) input.checked = false;
    show();
    quizzes[0]!.inputs[0]!.focus();
    say('Your answers to this chapter’s quiz are cleared.');
  });
  show();
}

function load(): Choices {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Choices) : {};
  } catch {
    // Storage may be switched off, or hold something else.
    return {};
  }
}

function save(choices: Choices): void {
  try {
    localStorage.setItem(key, JSON.stringify(choices));
  } catch {
    // Choices then last until the next page.
  }
}
