/** Step 3.10. */
import { check } from '#kit';

check('teardown-todo', async (t) => {
  t.did('nothing yet');
});
