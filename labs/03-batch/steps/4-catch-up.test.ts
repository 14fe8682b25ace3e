/** Step 3.4. */
import { check } from '#kit';

check('catch-up-todo', async (t) => {
  t.did('nothing yet');
});
