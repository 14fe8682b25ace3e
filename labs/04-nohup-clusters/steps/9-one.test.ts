/** Step 4.9. Its checks, one-dies, slow-or-stuck, poison, are not written yet: a check that does not run is an error, never a pass. */
export {};
