import type { KnownFailure } from '../connection/failureRows.ts';
import { poolerFailureTable } from './poolerFailureTable.ts';

/** The table of PgBouncer's reasons without what is said of them, as `failureRows` is that of the server's. */
export function poolerFailureRows(): readonly KnownFailure[] {
  return poolerFailureTable.map(({ meaning: _, nextStep: __, ...row }) => row);
}
