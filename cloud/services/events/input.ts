/**
 * What a target gets of an event: all, a part, a text of its own, or a template filled from it.
 * Mirrors https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError, type Millis } from '../../contract.ts';
import { type BusEvent, isoSeconds } from './event.ts';
import type { Json } from './field-tests.ts';

export interface Subject {
  readonly event: BusEvent;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly receivedAt: Millis;
}

/** Throws `INVALID_JSON` where a template does not become JSON. */
export function inputOf(target: Target, subject: Subject): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(lookUp(subject.event, target.InputPath) ?? null);
  if (target.InputTransformer) return transform(target.InputTransformer, subject);
  return JSON.stringify(subject.event);
}

/** The JSON paths that EventBridge takes: `$.detail.items[0].id`, `$.resources[*]`, `$.detail['a b']`. */
export const isPath = (path: string): boolean => /^\$((\.[\w/-]+|\.\*)|\[(\d+|\*|'[^']+')\])*$/.test(path);

function lookUp(event: Json, path: string): Json | undefined {
  const steps: readonly string[] = path.match(/[\w/-]+|\*|'[^']+'/g) ?? [];
  let found: readonly Json[] = [event];
  for (const step of steps) {
    const name = step.replace(/^'|'$/g, '');
    found = found.flatMap((value) => {
      if (value === null || typeof value !== 'object') return [];
      if (step === '*') return Object.values(value) as Json[];
      return Object.hasOwn(value, name) ? [(value as Record<string, Json>)[name]!] : [];
    });
  }
  return steps.includes('*') ? found : found[0];
}

function transform(
  { InputPathsMap: paths = {}, InputTemplate: template = '' }: NonNullable<Target['InputTransformer']>,
  { event, ruleArn, ruleName, receivedAt }: Subject,
): string {
  const { detail: _, ...envelope } = event;
  const predefined: Record<string, Json> = {
    'aws.events.rule-arn': ruleArn,
    'aws.events.rule-name': ruleName,
    'aws.events.event.ingestion-time': isoSeconds(receivedAt),
    'aws.events.event': envelope,
    'aws.events.event.json': event,
  };
  const value = (name: string): Json =>
    predefined[name] ?? (paths[name] === undefined ? '' : (lookUp(event, paths[name]) ?? ''));
  const filled = fill(template, value);
  if (!template.trimStart().startsWith('{')) return filled;
  try {
    return JSON.stringify(JSON.parse(filled));
  } catch {
    throw new AwsError('INVALID_JSON', 'The input template does not become valid JSON with this event.', 400);
  }
}

/** Puts values in place of `<name>`: as JSON where they stand alone, as text within a JSON template's strings and in plain text. */
function fill(template: string, value: (name: string) => Json): string {
  const json = template.trimStart().startsWith('{');
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (token, name: string | undefined) => {
    if (name === undefined) {
      if (token === '"') quoted = !quoted;
      return token;
    }
    const found = value(name);
    if (json && !quoted) return JSON.stringify(found);
    const text = typeof found === 'string' ? found : JSON.stringify(found);
    return quoted ? JSON.stringify(text).slice(1, -1) : text;
  });
}
