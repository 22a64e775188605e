/** Where a scenario's wall clock begins unless it says otherwise: 2021-06-15T08:00:00Z, in the weeks of 4.9.1. */
export const EPOCH_MS = 1_623_744_000_000;
