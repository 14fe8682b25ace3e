import { say } from './say.ts';

/** A button on each listing and each command, and a word for those who hear the page. */
export function copyButtons(): void {
  for (const block of document.querySelectorAll<HTMLElement>('.code')) {
    const caption = block.querySelector('figcaption')?.textContent ?? 'code';
    addButton(block, `Copy ${caption}`, () => block.querySelector('code')?.textContent?.trimEnd() ?? '');
  }
  for (const command of document.querySelectorAll<HTMLElement>('code.command')) {
    const text = command.textContent ?? '';
    addButton(command.parentElement!, `Copy ${text}`, () => text);
  }
}

function addButton(parent: HTMLElement, label: string, text: () => string): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', label);
  button.addEventListener('click', async () => {
    const done = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false,
    );
    button.textContent = done ? 'Copied' : 'Not copied';
    say(done ? 'Copied.' : 'The browser did not allow copying.');
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  parent.append(button);
}
