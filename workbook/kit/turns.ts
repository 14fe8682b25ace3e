/**
 * The order of a step's checks in a run that ends a step at its first failing check. The first check goes alone: whoever begins
 * fails it, and need not wait for the rest. Then they go side by side, until one has failed.
 */

interface Row {
  /** The first check has come to its end. */
  readonly begun: Promise<void>;
  failed: boolean;
}

export interface Turn {
  failed(): void;
  /** Has to be called, however the check ended. */
  end(): void;
}

/** By path of the grader's file. */
const rows = new Map<string, Row>();

/** Checks ask in the order of the file. Undefined: one before it has failed, and it is not to run. */
export async function takeTurn(file: string): Promise<Turn | undefined> {
  const row = rows.get(file);
  if (!row) return first(file);
  await row.begun;
  if (row.failed) return undefined;
  return { failed: () => fail(row), end: () => undefined };
}

function first(file: string): Turn {
  let end = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    end = resolve;
  });
  const row: Row = { begun, failed: false };
  rows.set(file, row);
  return { failed: () => fail(row), end: () => end() };
}

function fail(row: Row): void {
  row.failed = true;
}
