/**
 * Filter patterns: words, expressions on JSON (`{ … }`), and on columns (`[ … ]`).
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { onColumns } from './pattern-columns.ts';
import { readRegex } from './pattern-condition.ts';
import { onJson } from './pattern-json.ts';

export type Matcher = (message: string) => boolean;

/** Reads a pattern. Throws `InvalidParameterException`. */
export function compilePattern(pattern: string): Matcher {
  const text = pattern.trim();
  if (text.startsWith('{')) return onJson(text);
  if (text.startsWith('[')) return onColumns(text);
  return onWords(text);
}

/** Words that must all occur, `?word` any of which may, `-word` that must not, quotes around phrases, `%` around expressions. */
function onWords(text: string): Matcher {
  const terms = [...text.matchAll(/([?-]?)(?:"([^"]*)"|(%[^%]+%)|(\S+))/g)].map(([, sign, phrase, regex, word]) => {
    const wanted = phrase ?? word ?? '';
    const expression = regex === undefined ? undefined : readRegex(regex);
    return { sign, occurs: (message: string) => (expression ? expression.test(message) : message.includes(wanted)) };
  });
  const optional = terms.filter(({ sign }) => sign === '?');
  const others = terms.filter(({ sign }) => sign !== '?');
  return (message) =>
    others.every(({ sign, occurs }) => occurs(message) !== (sign === '-')) &&
    (optional.length === 0 || optional.some(({ occurs }) => occurs(message)));
}
