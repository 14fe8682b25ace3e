/** What of a lab an engine cannot judge, and why. */
// Not by way of the whole cloud: a verdict is told without one.
import { CAPABILITIES, type Capabilities } from '../../cloud/engine/capabilities.ts';
import type { CheckPlan, Step } from '../labs/schema.ts';

export interface Lack {
  /** What is needed and not there, in words. */
  readonly needed: string;
  /** What the attempt to use it has shown. */
  readonly shown: string;
}

/** The first thing that a check needs, by itself or by its step, and the engine lacks. */
export function lackOf(step: Step, check: CheckPlan, capabilities: Capabilities): Lack | undefined {
  for (const name of [...step.needs, ...check.needs]) {
    const found = capabilities[name];
    if (found !== true) return { needed: CAPABILITIES[name], shown: found };
  }
  return undefined;
}

/** The steps with those checks alone that can be judged; a step without any is left out. */
export const gradable = (steps: readonly Step[], capabilities: Capabilities): Step[] =>
  steps
    .map((step) => ({ ...step, checks: step.checks.filter((check) => !lackOf(step, check, capabilities)) }))
    .filter(({ checks }) => checks.length > 0);
