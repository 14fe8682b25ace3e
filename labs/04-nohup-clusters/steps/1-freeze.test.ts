/** Step 4.1. Its checks, outlives, observed, are not written yet: a check that does not run is an error, never a pass. */
export {};
