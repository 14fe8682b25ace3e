/** Step 4.3. Its checks, detached, status, full-disk, are not written yet: a check that does not run is an error, never a pass. */
export {};
