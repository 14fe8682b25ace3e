/** Step 3.6. */
import { check } from '#kit';

check('drain-todo', async (t) => {
  t.did('nothing yet');
});
