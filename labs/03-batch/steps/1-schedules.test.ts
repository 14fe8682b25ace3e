/** Step 3.1. */
import { check } from '#kit';

check('schedules-todo', async (t) => {
  t.did('nothing yet');
});
