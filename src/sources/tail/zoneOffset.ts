import type { LogClock } from '../../core/log/logTimestamp.ts';

/** No zone changes its clocks within a quarter of an hour. */
const quarterMs = 900_000;

/** Instants of times in a zone that the module names by its first eight bytes: the clock is asked once in a quarter. */
export class ZoneOffset {
  #low = 0;
  #high = 0;
  #fromMs = Number.NaN;
  #offsetMs = 0;

  /** `localMs`: as if the zone were UTC, ms. No zone (0) = it is an instant. */
  instant(localMs: number, low: number, high: number, clock: LogClock | undefined): number {
    if (low === 0 || !clock) return localMs;
    const isSame = low === this.#low && high === this.#high;
    if (!isSame || !(localMs >= this.#fromMs && localMs < this.#fromMs + quarterMs)) {
      this.#low = low;
      this.#high = high;
      this.#fromMs = Math.floor(localMs / quarterMs) * quarterMs;
      this.#offsetMs = localMs - clock.instant(localMs, textOf(low, high));
    }
    return localMs - this.#offsetMs;
  }
}

function textOf(low: number, high: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32LE(low, 0);
  bytes.writeInt32LE(high, 4);
  return bytes.toString('latin1').replaceAll('\0', '');
}
