/** Step 3.11. */
import { check } from '#kit';

check('mapping-todo', async (t) => {
  t.did('nothing yet');
});
