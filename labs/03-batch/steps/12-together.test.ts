/** Step 3.12. */
import { check } from '#kit';

check('together-todo', async (t) => {
  t.did('nothing yet');
});
