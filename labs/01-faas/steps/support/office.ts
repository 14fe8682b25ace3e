/** The office of step 1.3: inbox, results, the secret and the learner's function, and the ways to judge its answers. */
import { createHmac } from 'node:crypto';
import type { Check, Deployed, Invocation } from '../../../../workbook/kit/contract.ts';
import { access, put } from '../../../support/buckets.ts';
import { plain } from '../../../support/documents.ts';

interface Answer {
  readonly job: string;
  readonly pages: number;
  readonly signature: string;
}

export interface Paper {
  readonly key: string;
  readonly pages: number;
}

/** Inbox, results, the secret and the learner's function, and the ways to send jobs to it and to judge the answers. */
export async function office(t: Check, { timeout = 30 }: { timeout?: number } = {}) {
  const [inbox, results, safe] = [await t.bucket(), await t.bucket(), await t.bucket()];
  const secretKey = t.seeded.name('signing/key');
  const ttl = t.seeded.integer(200, 500);
  const draw = async (): Promise<string> => {
    const secret = t.seeded.name('secret');
    await put(t, safe, secretKey, `${secret}\n`);
    return secret;
  };
  const secret = await draw();
  const counter: Deployed = await t.deploy('cached.ts', {
    timeout,
    environment: { RESULTS_BUCKET: results, SECRET_BUCKET: safe, SECRET_KEY: secretKey, SECRET_TTL: String(ttl) },
    policy: access([inbox, safe], [results]),
  });

  return {
    inbox,
    results,
    counter,
    /** The secret as it is at first. */
    secret,
    /** Seconds for which a secret may be used after it was read. */
    ttl,
    /** The secret as faults and the trace name it. */
    secretObject: `${safe}/${secretKey}`,
    replaceSecret: draw,
    /** Puts a document into the inbox; a key that is there already gets other contents. */
    async paper(key = `${t.seeded.name('paper')}.pdf`, pages = t.seeded.integer(2, 19)): Promise<Paper> {
      await put(t, inbox, key, plain(pages));
      return { key, pages };
    },
    job(papers: readonly Paper[], job = t.seeded.name('job')) {
      return { job, bucket: inbox, keys: papers.map(({ key }) => key) };
    },
    /** How often the secret has been read so far. */
    async secretReads(): Promise<number> {
      const calls = await t.trace();
      return calls.filter(({ operation, resource }) => operation === 'GetObject' && resource === `${safe}/${secretKey}`)
        .length;
    },
  };
}

const sum = (papers: readonly Paper[]) => papers.reduce((total, { pages }) => total + pages, 0);

const sign = (secret: string, job: string, pages: number) =>
  createHmac('sha256', secret).update(`${job}:${pages}`).digest('hex');

/** `surplus`: what most often leads to more pages than there are. */
function whyPages(seen: unknown, expected: number, surplus: string): string {
  if (typeof seen !== 'number') return 'The answer has another shape: it is { job, pages, signature }.';
  if (seen > expected) return surplus;
  return 'A document is missing, or an older one was counted: two files of one name became one, a document was kept although it has been replaced, or reading was not awaited.';
}

/** The invocation succeeded with these pages, and signed them. */
export function expectAnswer(
  t: Check,
  invocation: Invocation,
  { job, papers, secret, cause }: { job: string; papers: readonly Paper[]; secret: string; cause: string },
): void {
  t.succeeded(invocation, { what: `the job ${job}`, cause });
  const seen = invocation.value as Partial<Answer> | null;
  const pages = sum(papers);
  t.equal(seen?.pages, pages, {
    what: `the pages of the job ${job}, with ${papers.map((paper) => `${paper.key} (${paper.pages})`).join(' and ')}`,
    cause: whyPages(seen?.pages, pages, cause),
  });
  t.equal(seen, { job, pages, signature: sign(secret, job, pages) }, { what: `the answer to ${job}` });
}

/** The signature that the function gave to its own number of pages was made with this secret. */
export function expectSignedWith(t: Check, invocation: Invocation, secret: string, cause: string): void {
  t.succeeded(invocation, { what: 'the job', cause });
  const { job, pages, signature } = (invocation.value ?? {}) as Partial<Answer>;
  t.that(signature === sign(secret, String(job), Number(pages)), {
    expected: `the signature of ${job}:${pages} under the secret that is in the bucket now`,
    seen: `another signature:\n${signature}`,
    cause,
  });
}
