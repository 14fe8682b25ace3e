/** Step 3.3. */
import { check } from '#kit';

check('lease-todo', async (t) => {
  t.did('nothing yet');
});
