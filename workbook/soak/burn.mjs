/**
 * Keeps a core busy for as long as the process that has started it is there. In slices: between two of them parent.mjs looks.
 * `WORKBOOK_CHILD=1 node workbook/soak/burn.mjs PID`, with the process that it is to end with.
 */
import '../parent.mjs';

/** Milliseconds. */
const SLICE = 50;

function burn() {
  for (const until = performance.now() + SLICE; performance.now() < until; );
  setImmediate(burn);
}

// It may be gone before parent.mjs has had its first look.
if (process.ppid !== Number(process.argv[2])) process.exit();
burn();
