/** Memory of process trees. Linux only. */
import { readFileSync } from 'node:fs';

/** Proportional memory of a process and its descendants in MB: pages that several share count once. 0 where it cannot be told. */
export function memoryOf(root: number): number {
  if (process.platform !== 'linux') return 0;
  let sum = 0;
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    try {
      const pss = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
      sum += Number(pss ?? 0) / 1024;
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
      queue.push(...children.split(' ').filter(Boolean).map(Number));
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}
