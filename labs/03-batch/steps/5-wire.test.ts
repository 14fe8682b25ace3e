/** Step 3.5. */
import { check } from '#kit';

check('wire-todo', async (t) => {
  t.did('nothing yet');
});
