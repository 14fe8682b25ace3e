import { check } from '#kit';

check('triples', async (t) => {
  const { invoke } = await t.deploy('triple.ts');
  const number = t.seeded.integer(1000, 1_000_000_000);
  t.did(`invoked the function with { "number": ${number} }`);
  const invocation = await invoke({ number });
  t.succeeded(invocation);
  t.equal(invocation.value, 3 * number, { what: 'the answer', cause: 'The handler answers something else.', hint: 1 });
});
