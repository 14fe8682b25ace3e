/** Vitest's own runner, but that the check which goes before all others of its step is begun first. It runs in the graders' threads. */
import { inject } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';
import '../kit/context.ts';

type Files = readonly { readonly filepath: string; tasks: { readonly name: string }[] }[];

export default class extends VitestTestRunner {
  onCollected(files: Files): void {
    const { first, steps } = inject('workbook');
    if (!first) return;
    for (const file of files) {
      if (steps[file.filepath] !== first.step) continue;
      file.tasks = [
        ...file.tasks.filter(({ name }) => name === first.check),
        ...file.tasks.filter(({ name }) => name !== first.check),
      ];
    }
  }
}
