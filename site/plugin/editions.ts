/** Which copy of a page of AWS is cited: the English one, for those who read an English book. */

/** Language folders of docs.aws.amazon.com are like `/de_de/`, those of aws.amazon.com like `/jp/`. */
const translated = /^https:\/\/(?:docs\.aws\.amazon\.com\/(?!en_us\/)[a-z]{2}_[a-z]{2}|aws\.amazon\.com\/[a-z]{2})\//i;

/** Why an address of AWS is not one to cite, and which one is; undefined when nothing speaks against it. */
export function wrongEdition(address: string): string | undefined {
  if (/^https:\/\/docs\.amazonaws\.cn\//i.test(address))
    return `"${address}" is the edition for China. Cite that of docs.aws.amazon.com, by the same path.`;
  if (translated.test(address))
    return `"${address}" is a translation. Cite the English page, whose address has no language in it.`;
  return undefined;
}
