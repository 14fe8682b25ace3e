/**
 * The order of a step's checks in a run that ends a step at its first failing check. The first ones go one by one: whoever
 * begins fails one of them, and need not wait for the rest. Then they go side by side, until one has failed.
 */

interface Row {
  asked: number;
  /** The leading checks that have asked so far have come to their end. */
  led: Promise<void>;
  failed: boolean;
}

export interface Turn {
  failed(): void;
  /** Has to be called, however the check ended. */
  end(): void;
}

/** Checks that go one by one. */
const LEADING = 2;
/** Of each run, by path of the grader's file. */
const rows = new WeakMap<object, Map<string, Row>>();

/**
 * Checks ask in the order of the file. Undefined: one before it has failed, and it is not to run. `run`: one and the same
 * object for all checks of a file in a run.
 */
export async function takeTurn(run: object, file: string): Promise<Turn | undefined> {
  const files = rows.get(run) ?? new Map<string, Row>();
  rows.set(run, files);
  const row = files.get(file) ?? { asked: 0, led: Promise.resolve(), failed: false };
  files.set(file, row);
  const { led } = row;
  let end = (): void => undefined;
  if (row.asked++ < LEADING) {
    row.led = new Promise<void>((resolve) => {
      end = resolve;
    });
  }
  await led;
  if (row.failed) {
    end();
    return undefined;
  }
  return {
    failed: () => {
      row.failed = true;
    },
    end: () => end(),
  };
}
