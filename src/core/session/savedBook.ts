import type { EndedSession, SavedBook } from './bookFacts.ts';
import { longestSilenceMs } from './pendingQueue.ts';
import { countsOf } from './session.ts';
import type { SessionBook } from './sessionBook.ts';

/** What a checkpoint keeps of a book; everything undecided must have been settled. */
export function savedBook(book: SessionBook): SavedBook {
  const { evidence, server, newestAt } = book;
  const sessions = book.sessions();
  return {
    sessions,
    counts: countsOf(sessions),
    opening: openingOf(book),
    ended: endedLately(book),
    evidence,
    server,
    newestAt,
  };
}

/** Who has been received and not yet authorized, by key. */
export function openingOf({ maps, columns }: SessionBook): SavedBook['opening'] {
  return [...maps.opening.entries(), ...columns.opening()];
}

/** Sessions whose disconnection line may still come, as they were settled. */
function endedLately({ maps, columns, newestAt }: SessionBook): [string, EndedSession][] {
  const since = (newestAt ?? 0) - longestSilenceMs;
  return [...maps.ended.entries(), ...columns.ended(since)]
    .filter(([, { at }]) => at !== undefined && at >= since)
    .map(([key, { session, at, how }]) => [key, { session, at, how: how === 'unproved' ? 'refused' : how }]);
}
