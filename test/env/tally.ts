import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** How many tests of a run ended how. A skipped one was left out by name. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** `12 passed, 0 failed`, and `, 1 skipped` where some were. */
export function tallyText({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Leaves the result for whoever started this process and named a file in TALLY_FILE. */
export function writeTally(tally: Tally): void {
  const { TALLY_FILE } = process.env;
  if (TALLY_FILE !== undefined) writeFileSync(TALLY_FILE, JSON.stringify(tally));
}

/** What a process left, or undefined when it ended before it had a result. */
export function readTally(file: string): Tally | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tally) : undefined;
}
