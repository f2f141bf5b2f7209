import { isAscii } from '../isAscii.ts';
import { foreignBeginnings, type Beginning } from './foreignBeginnings.ts';

/** Those of the foreign beginnings that a text in ASCII can have: with them an English log is read. */
export function beginningsInAscii(): readonly Beginning[] {
  return foreignBeginnings().flatMap(([allStarts, allPieces]): Beginning[] => {
    const [starts, pieces] = [allStarts.filter(isAscii), allPieces.filter(isAscii)];
    const isNone = starts.length === 0 || (pieces.length === 0 && allPieces.length > 0);
    return isNone ? [] : [[starts, pieces]];
  });
}
