/**
 * Filter patterns: words, expressions on JSON (`{ … }`), and on columns (`[ … ]`).
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { invalidPattern } from './input.ts';
import { onColumns } from './pattern-columns.ts';
import { onJson } from './pattern-json.ts';
import { compileRegex } from './regex.ts';

export type Matcher = (message: string) => boolean;

/** Of a pattern on JSON or on columns. */
const MOST_REGEXES = 2;

/** Reads a pattern. Throws `InvalidParameterException`. */
export function compilePattern(pattern: string): Matcher {
  const text = pattern.trim();
  if (!text.startsWith('{') && !text.startsWith('[')) return onWords(text);
  const regexes = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/%[^%]+%/g) ?? [];
  if (regexes.length > MOST_REGEXES) throw invalidPattern();
  return text.startsWith('{') ? onJson(text) : onColumns(text);
}

/**
 * Words that must all occur, `?word` any of which may, `-word` that must not, quotes around phrases, `%` around expressions.
 * Beside words of another kind, those with a question mark say nothing.
 */
function onWords(text: string): Matcher {
  const terms = [...text.matchAll(/([?-]?)(?:"([^"]*)"|(%[^%]+%)|(\S+))/g)].map(([, sign, phrase, regex, word]) => {
    const wanted = phrase ?? word ?? '';
    const occurs =
      regex === undefined ? (message: string) => message.includes(wanted) : compileRegex(regex.slice(1, -1));
    return { sign, occurs };
  });
  const others = terms.filter(({ sign }) => sign !== '?');
  if (terms.length > 0 && others.length === 0) return (message) => terms.some(({ occurs }) => occurs(message));
  return (message) => others.every(({ sign, occurs }) => occurs(message) !== (sign === '-'));
}
