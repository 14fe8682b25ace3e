/** Step 4.10. Its checks, two-die, coordinator-dies, all-die, healthy, are not written yet: a check that does not run is an error, never a pass. */
export {};
