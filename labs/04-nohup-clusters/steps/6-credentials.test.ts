/** Step 4.6. Its checks, three-hours, throttled, narrow, are not written yet: a check that does not run is an error, never a pass. */
export {};
