import { PoolBooks } from '../../src/core/pool/poolBooks.ts';
import { PoolLineReader } from '../../src/core/pool/poolLine.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import type { PoolTotals } from '../../src/core/pool/poolBook.ts';

/** Folds the lines of an application's log. */
export function foldedPools(lines: readonly string[]): PoolBooks {
  const reader = new PoolLineReader({ clock: new LogClock('UTC'), now: Date.UTC(2026, 10, 30) });
  const books = new PoolBooks();
  lines.forEach((line, offsetBytes) => books.apply(reader.read(line), { file: 'app.log', offsetBytes }));
  return books;
}

/** The one pool of these lines. */
export function onlyPool(lines: readonly string[]): PoolTotals {
  const [only, other] = foldedPools(lines).totals();
  if (!only || other) throw new Error(`not one pool: ${JSON.stringify(foldedPools(lines).totals())}`);
  return only;
}
