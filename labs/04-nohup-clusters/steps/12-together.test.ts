/** Step 4.12. Its checks, whole, nothing-alive, are not written yet: a check that does not run is an error, never a pass. */
export {};
