/** Step 4.8. Its checks, one-holder, runs-out, written-once, answer-lost, are not written yet: a check that does not run is an error, never a pass. */
export {};
