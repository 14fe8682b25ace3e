/** A chat that says what it is told to say, by which step 2.3 is graded. Given; nothing to do here. */

/** By user: what is answered, whatever it is. Who has {"throw": "why"} is answered by a failure. */
const answers = JSON.parse(process.env.ANSWERS ?? '{}') as Record<string, { readonly throw?: string } | null>;

export async function handler({ user }: { readonly user: string }): Promise<unknown> {
  const answer = answers[user];
  if (answer?.throw !== undefined) throw new Error(answer.throw);
  return answer;
}
