/** Step 4.7. Its checks, in-order, refused, reaped, held, are not written yet: a check that does not run is an error, never a pass. */
export {};
