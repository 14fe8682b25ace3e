/**
 * Policy variables: `${aws:username}` in a resource or in a condition's value stands for what the request's context has. What
 * is put in is meant as it stands: a `*` of it is no wildcard.
 * Mirrors https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
import { type Glob, readGlob } from '../core/glob.ts';
import type { RequestContext } from './context.ts';

interface Variable {
  /** In lower case. */
  readonly key: string;
  readonly otherwise: string | undefined;
}

/** How the texts of an element are read. */
export interface Reading {
  /** In documents of version 2012-10-17. */
  readonly variables: boolean;
  readonly wildcards: boolean;
}

/** A text of a policy, once its variables have their values. `undefined`: one of them has none, and the text matches nothing. */
export type Pattern = (context: RequestContext) => Glob | undefined;

const VARIABLE = /\$\{([^{}]*)\}/g;

export function readPattern(text: string, { variables, wildcards }: Reading): Pattern {
  const literal = (piece: string): Glob => (wildcards ? readGlob(piece) : [piece]);
  const found = variables ? [...text.matchAll(VARIABLE)] : [];
  if (found.length === 0) {
    const glob = literal(text);
    return () => glob;
  }
  const starts = [...found.map(({ index }) => index), text.length];
  const pieces = [
    literal(text.slice(0, starts[0])),
    ...found.map(({ 0: whole, 1: inside = '' }, at) => [
      readVariable(inside.trim()),
      ...literal(text.slice(starts[at]! + whole.length, starts[at + 1])),
    ]),
  ].flat();
  return (context) => {
    const glob = pieces.map((piece) =>
      typeof piece === 'object' ? (context.single(piece.key) ?? piece.otherwise) : piece,
    );
    return glob.every((piece) => piece !== undefined) ? glob : undefined;
  };
}

/** `*`, `?` and `$` stand for themselves; a default comes in single quotes, a quote in it twice. */
function readVariable(inside: string): string | Variable {
  if (/^[*?$]$/.test(inside)) return inside;
  const [key, ...rest] = inside.split(',');
  const quoted = /^'(.*)'$/s.exec(rest.join(',').trim())?.[1];
  return { key: key!.trim().toLowerCase(), otherwise: quoted?.replaceAll("''", "'") };
}

/** The six parts of an ARN; a colon within a variable divides nothing. */
export function arnParts(text: string, variables: boolean): string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(variables ? /\$\{[^{}]*\}|[^:$]+|[:$]/g : /[^:]+|:/g)) {
    if (piece === ':' && parts.length < 6) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

/** They replace no part of an ARN before its fifth colon. */
export const isMisplaced = (arn: string): boolean =>
  arnParts(arn, true)
    .slice(0, 5)
    .some((part) => part.search(VARIABLE) >= 0);
