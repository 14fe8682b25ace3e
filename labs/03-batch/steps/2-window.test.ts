/** Step 3.2. */
import { check } from '#kit';

check('window-todo', async (t) => {
  t.did('nothing yet');
});
