/** A chat that says what it is told to say, by which step 2.3 is graded. Given; nothing to do here. */

/** By user: what is answered at the first call, the second, and so on; the last one for ever. {"throw": "why"} fails. */
const answers = JSON.parse(process.env.ANSWERS ?? '{}') as Record<string, ({ readonly throw?: string } | null)[]>;

export async function handler({ user }: { readonly user: string }): Promise<unknown> {
  const left = answers[user] ?? [null];
  const answer = left.length > 1 ? left.shift() : left[0];
  if (answer?.throw !== undefined) throw new Error(answer.throw);
  return answer;
}
