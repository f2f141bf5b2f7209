/** How much there was to read at a moment, in the bytes of one look. */
interface Seen {
  readonly at: number;
  readonly totalBytes: number;
}

/** Reading that is done within this time is not behind. */
const longLookMs = 1000;
/** So many moments are remembered: of more, every second one is forgotten, and they are taken half as often. */
const mostSeen = 1000;
const seenEveryMs = 100;

/**
 * How far reading is behind writing, by what was seen to be there and when: no time that is written in the log is
 * trusted, since its server may have another clock. Instants are those of `monotonicMs`.
 */
export class ReadingLag {
  /** Everything that was written before this has been read. */
  #readUntil: number;
  #lookedAt: number;
  #seen: Seen[] = [];
  #everyMs = seenEveryMs;

  constructor(now: number) {
    this.#readUntil = now;
    this.#lookedAt = now;
  }

  /** A look begins; from here on its bytes are counted. */
  begin(now: number): void {
    this.#lookedAt = now;
    this.#seen = [];
    this.#everyMs = seenEveryMs;
  }

  /** Everything that was written before this moment has been read. */
  caughtUp(at: number): void {
    this.#readUntil = Math.max(this.#readUntil, at);
  }

  /**
   * `totalBytes` are there, `readBytes` of them have been read: everything written until so many ms ago. Undefined for a
   * look that has lasted less than a second.
   */
  behindMs(now: number, readBytes: number, totalBytes: number): number | undefined {
    const unread = this.#seen.findIndex((seen) => seen.totalBytes > readBytes);
    const read = this.#seen.splice(0, unread < 0 ? this.#seen.length : unread);
    this.caughtUp(read.at(-1)?.at ?? this.#readUntil);
    this.#remember({ at: now, totalBytes });
    return now - this.#lookedAt < longLookMs ? undefined : Math.round(now - this.#readUntil);
  }

  #remember(seen: Seen): void {
    if (seen.at - (this.#seen.at(-1)?.at ?? -Infinity) < this.#everyMs) return;
    this.#seen.push(seen);
    if (this.#seen.length < mostSeen) return;
    this.#seen = this.#seen.filter((_, index) => index % 2 === 0);
    this.#everyMs *= 2;
  }
}
