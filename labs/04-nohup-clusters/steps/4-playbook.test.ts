/** Step 4.4. Its checks, built, again, other-inventory, are not written yet: a check that does not run is an error, never a pass. */
export {};
