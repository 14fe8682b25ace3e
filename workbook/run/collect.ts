/** A vitest reporter that prints nothing and keeps what the verdict needs. */
import type { TestAnnotation } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Seen, StepSeen } from './verdict.ts';

export class Collector implements Reporter {
  private steps = new Map<string, { checks: Seen[]; errors: string[] }>();
  /** Told of each check as soon as it is done: step id, check id. */
  onCheck: (step: string, seen: Seen) => void = () => undefined;

  /** Told of each part of a check that is done: check id, name of the part. */
  onPart: (check: string, part: string) => void = () => undefined;

  /** `stepOf`: from a grader's file to the step that it grades. */
  constructor(private readonly stepOf: (file: string) => string | undefined) {}

  begin(): void {
    this.steps = new Map();
  }

  seen(): ReadonlyMap<string, StepSeen> {
    return this.steps;
  }

  onTestCaseResult(test: TestCase): void {
    const step = this.stepOf(test.module.moduleId);
    if (step === undefined) return;
    const { state, errors } = test.result();
    if (state === 'skipped') return;
    const report = test.meta().workbook;
    const error = errors?.[0];
    const seen: Seen = {
      id: test.name,
      passed: state === 'passed',
      ...(report ? { report } : {}),
      ...(error ? { error: error.stack ?? error.message } : {}),
    };
    this.of(step).checks.push(seen);
    this.onCheck(step, seen);
  }

  onTestCaseAnnotate(test: TestCase, { message }: TestAnnotation): void {
    this.onPart(test.name, message);
  }

  onTestModuleEnd(module: TestModule): void {
    const step = this.stepOf(module.moduleId);
    if (step === undefined) return;
    for (const error of module.errors()) this.of(step).errors.push(error.stack ?? error.message);
  }

  private of(step: string): { checks: Seen[]; errors: string[] } {
    let entry = this.steps.get(step);
    if (!entry) {
      entry = { checks: [], errors: [] };
      this.steps.set(step, entry);
    }
    return entry;
  }
}
