/** Step 4.5. Its checks, as-they-grow, outage, last-words, secrets, are not written yet: a check that does not run is an error, never a pass. */
export {};
