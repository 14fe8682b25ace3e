import { countPages } from './count.ts';

/** Given, leave it as it is: the first revision of a function that `deploy.ts` deploys. */
export async function handler(event: { readonly pdf: string }) {
  return { revision: 'first', stage: process.env.STAGE, pages: await countPages(event.pdf) };
}
