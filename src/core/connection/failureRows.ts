import { failureTable, type FailureRow } from './failureTable.ts';

/** How the log says a kind of failure. */
export type KnownFailure = Omit<FailureRow, 'meaning' | 'nextStep'>;

/**
 * The table of failures without what is said of them. esbuildTables.mjs puts into the bundles what this answers: to know a
 * failure, the sentences about it need not be read.
 */
export function failureRows(): readonly KnownFailure[] {
  return failureTable.map(({ meaning: _, nextStep: __, ...row }) => row);
}
