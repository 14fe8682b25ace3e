import { countPages } from './count.ts';

/** Given, leave it as it is: the second revision, which counts sheets of paper too. */
export async function handler(event: { readonly pdf: string }) {
  const pages = await countPages(event.pdf);
  return { revision: 'second', stage: process.env.STAGE, pages, sheets: Math.ceil(pages / 2) };
}
