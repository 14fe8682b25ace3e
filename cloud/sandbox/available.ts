/** For tests: the sandboxes that this machine has. */
import { execFileSync } from 'node:child_process';

function hasBubblewrap(): boolean {
  if (process.env.WORKBOOK_REQUIRE_SEALED === '1') return true;
  try {
    execFileSync('bwrap', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const available: readonly ('process' | 'sealed')[] =
  process.platform === 'linux' && hasBubblewrap() ? ['process', 'sealed'] : ['process'];
