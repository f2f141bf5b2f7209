import type { SessionBook } from '../core/session/sessionBook.ts';

/** A connect that nothing contradicts for so long is told (product: pending). */
export const pendingMs = 100;

/** Tells what has waited for so long; what came before the clock was set back at once, as it would wait as much longer. */
export function settleWaiting(book: Pick<SessionBook, 'settle' | 'undecidedSince'>): void {
  const now = Date.now();
  const isSetBack = (book.undecidedSince ?? now) > now;
  book.settle(isSetBack ? Number.POSITIVE_INFINITY : now - pendingMs);
}
