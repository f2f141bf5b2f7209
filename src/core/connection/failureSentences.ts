import { poolerFailureTable } from '../pool/poolerFailureTable.ts';
import { failureTable } from './failureTable.ts';

/** What a kind of failure means, and what to do next: one sentence each, in English. */
export type FailureSentences = readonly [meaning: string, nextStep: string];

/** Those of all kinds, of servers and poolers. esbuildTables.mjs puts into a file of its own what this answers. */
export function failureSentences(): Readonly<Record<string, FailureSentences>> {
  return Object.fromEntries(
    [...failureTable, ...poolerFailureTable].map(({ kind, meaning, nextStep }) => [
      kind,
      [meaning, nextStep],
    ]),
  );
}
