/** Step 3.7. */
import { check } from '#kit';

check('record-todo', async (t) => {
  t.did('nothing yet');
});
