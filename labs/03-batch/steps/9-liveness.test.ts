/** Step 3.9. */
import { check } from '#kit';

check('liveness-todo', async (t) => {
  t.did('nothing yet');
});
