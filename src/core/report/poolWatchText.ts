import type { PoolTotals } from '../pool/poolBook.ts';
import type { PoolFailure } from '../pool/poolBooks.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { shownName, type Paint } from './shownText.ts';
import type { ShownTime } from './shownTime.ts';

/** `14:30:15 orders: 3 of 2 checked out, 1 overflow, 0 waiting, 1 timeouts`; what the log never says is left out. */
export function poolChangeLine(pool: PoolTotals, at: number | undefined, time: ShownTime): string {
  const { size, checkedOut, maxOverflowUsed, maxWaiting, timeouts } = pool;
  const parts = [
    checkedOut === undefined
      ? undefined
      : `${checkedOut}${size === undefined ? '' : ` of ${size}`} checked out`,
    maxOverflowUsed === undefined ? undefined : `max overflow ${maxOverflowUsed}`,
    maxWaiting === undefined ? undefined : `max waiting ${maxWaiting}`,
    `timeouts ${timeouts}`,
  ].filter((part) => part !== undefined);
  return `    ${clock(at, time)}${shownName(pool.name)}: ${parts.join(', ')}`;
}

/** `[!] 14:30:15 orders: QueuePool limit of size 2 …`. */
export function poolFailureLine({ at, pool, message }: PoolFailure, time: ShownTime, paint: Paint): string {
  return `${paint('red', '[!]')} ${clock(at, time)}${shownName(pool)}: ${showControlCharacters(message)}`;
}

function clock(at: number | undefined, time: ShownTime): string {
  return at === undefined ? '' : `${time.second(at)} `;
}
