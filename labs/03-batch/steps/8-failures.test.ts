/** Step 3.8. */
import { check } from '#kit';

check('failures-todo', async (t) => {
  t.did('nothing yet');
});
