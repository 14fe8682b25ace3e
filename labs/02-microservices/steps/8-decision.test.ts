/** Step 2.8: decision.json is held against what follows from the facts in cases.json. Nothing is deployed. */
import { type Check, check } from '#kit';
import { CASES, casesOf, numbersOf, saysOf, saysOfSeam, verdictOf } from './support/cases.ts';

const NOT_FILLED = 'This one is not filled in yet.';

check('verdicts', async (t) => {
  const [cases, field] = [await casesOf(t), await formOf(t)];
  for (const name of CASES) {
    const { split, seam } = verdictOf(cases[name]);
    const said = field(name, 'split');
    t.that(said === split, {
      expected: `${name}.split: whether the plan is worth its price, by the two conditions in cases.json`,
      seen: `${JSON.stringify(said)}; the facts: ${saysOf(cases[name])}`,
      cause:
        typeof said === 'boolean'
          ? 'For a yes both conditions have to hold. What else is told of a program makes no difference.'
          : said === null
            ? NOT_FILLED
            : 'The field takes true or false.',
      hint: 1,
    });
    const along = field(name, 'seam');
    const facts = Object.entries(cases[name].seams).filter(([one]) => one === along);
    t.that(along === seam, {
      expected: `${name}.seam: ${split ? `the seam to cut along, one of ${Object.keys(cases[name].seams).join(', ')}` : 'null: nothing is split'}`,
      seen: [JSON.stringify(along), ...facts.map(saysOfSeam)].join('; '),
      cause:
        facts.length > 0
          ? 'What crosses a seam today has to be given up, or done by the network, when it is cut.'
          : along === null
            ? NOT_FILLED
            : 'The field takes a name of cases.json.',
      hint: 1,
    });
  }
});

check('reasons', async (t) => {
  const [cases, field] = [await casesOf(t), await formOf(t)];
  const names = Object.keys(cases.because);
  for (const name of CASES) {
    const said = field(name, 'because');
    t.that(said === verdictOf(cases[name]).because, {
      expected: `${name}.because: the fact that decides, one of ${names.join(', ')}`,
      seen: `${JSON.stringify(said)}; the facts: ${saysOf(cases[name])}`,
      cause:
        said === null
          ? NOT_FILLED
          : names.includes(String(said))
            ? 'It may be so, but it is none of the two conditions; or the facts say otherwise; or another condition is not met, and this one does not help then.'
            : 'The field takes one of these names.',
      hint: 2,
    });
  }
});

check('numbers', async (t) => {
  const [cases, field] = [await casesOf(t), await formOf(t)];
  for (const [name, { value, within, asks, cause }] of Object.entries(numbersOf(cases))) {
    const said = field('numbers', name);
    t.that(typeof said === 'number' && Math.abs(said - value) <= within, {
      expected: `numbers.${name}: ${asks}`,
      seen: JSON.stringify(said),
      cause: said === null ? NOT_FILLED : typeof said === 'number' ? cause : 'The field takes a number.',
      hint: 3,
    });
  }
});

/** Looks fields up; a form that cannot be read fails the check. */
async function formOf(t: Check): Promise<(group: string, name: string) => unknown> {
  t.did('read decision.json');
  const text = await t.read('decision.json');
  let form: Record<string, Record<string, unknown> | null> | null = null;
  try {
    form = JSON.parse(text) as typeof form;
  } catch (error) {
    t.that(false, {
      expected: 'decision.json is JSON',
      seen: error instanceof Error ? error.message : String(error),
      cause: 'A comma, a bracket or a quotation mark is missing, or one too many.',
    });
  }
  return (group, name) => form?.[group]?.[name] ?? null;
}
