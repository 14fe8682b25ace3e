/**
 * Filter patterns of unstructured text: words that must all occur, `?word` any of which may, `-word` that must not, quotes
 * around phrases. Patterns on JSON and on columns are not built.
 * Mirrors https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { AwsError } from '../../contract.ts';

/** Throws `NotImplemented` for a pattern on JSON (`{ … }`) or on columns (`[ … ]`). */
export function matchesPattern(pattern: string, message: string): boolean {
  const text = pattern.trim();
  if (text === '') return true;
  if (/^[[{]/.test(text)) {
    throw new AwsError(
      'NotImplemented',
      'Filter patterns of this cloud are words; patterns on JSON are not built.',
      501,
    );
  }
  const terms = [...text.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map(([, sign, phrase, word]) => ({
    sign,
    holds: message.includes(phrase ?? word ?? ''),
  }));
  const optional = terms.filter(({ sign }) => sign === '?');
  return (
    terms.every(({ sign, holds }) => sign === '?' || holds !== (sign === '-')) &&
    (optional.length === 0 || optional.some(({ holds }) => holds))
  );
}
