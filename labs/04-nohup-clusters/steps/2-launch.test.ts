/** Step 4.2. Its checks, as-asked, one-cluster, three-of-five, all-or-nothing, are not written yet: a check that does not run is an error, never a pass. */
export {};
