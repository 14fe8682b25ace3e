/** Step 4.11. Its checks, equal, skewed, are not written yet: a check that does not run is an error, never a pass. */
export {};
