/**
 * The order of a step's checks in a run that ends a step at its first failing check. The first ones go one by one: whoever
 * begins fails one of them, and need not wait for the rest. Then they go side by side, until one has failed. Whoever is stuck at
 * a check may have it go before all others.
 */

interface Row {
  asked: number;
  /** The leading checks that have asked so far have come to their end. */
  led: Promise<void>;
  /** The check that goes before all others has come to its end, if there is such a one. */
  readonly begun: Promise<void>;
  readonly begin: () => void;
  failed: boolean;
}

export interface Turn {
  failed(): void;
  /** Has to be called, however the check ended. */
  end(): void;
}

export interface Asking {
  readonly id?: string;
  /** Id of the check of this file that goes before all others. */
  readonly first?: string;
}

/** Checks that go one by one. */
const LEADING = 2;
/** Of each run, by path of the grader's file. */
const rows = new WeakMap<object, Map<string, Row>>();

/**
 * Checks ask in the order of the file. Undefined: one before it has failed, and it is not to run. `run`: one and the same
 * object for all checks of a file in a run.
 */
export async function takeTurn(run: object, file: string, { id, first }: Asking = {}): Promise<Turn | undefined> {
  const files = rows.get(run) ?? new Map<string, Row>();
  rows.set(run, files);
  const row = files.get(file) ?? newRow(first !== undefined);
  files.set(file, row);
  if (first !== undefined && id === first) return { failed: () => fail(row), end: row.begin };
  await row.begun;
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
    failed: () => fail(row),
    end: () => end(),
  };
}

function newRow(waits: boolean): Row {
  let begin = (): void => undefined;
  const begun = waits
    ? new Promise<void>((resolve) => {
        begin = resolve;
      })
    : Promise.resolve();
  return { asked: 0, led: Promise.resolve(), begun, begin, failed: false };
}

function fail(row: Row): void {
  row.failed = true;
}
