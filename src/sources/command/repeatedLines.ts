/** So many lines are remembered by their hashes: 4 MiB of them, some 100 MB of a log. */
const mostRemembered = 1 << 20;
/** As many of the first ones, for what is printed again from its beginning. */
const headLines = 64;
/** From so many lines in a row that were printed before on it is no accident. */
const certainLines = 64;

/**
 * What a line is: `new`; `held`, as it may have been printed before; `known`, as are those that were held; `fresh`, as
 * are those that were held.
 */
export type LineVerdict = 'new' | 'held' | 'known' | 'fresh';

/**
 * Knows the lines of one stream by their hashes (32 bits), and tells those that a command prints again when it is
 * started again: all of them from the first on (`docker logs -f`), or the last ones (`tail -F`, `journalctl -f`). A run
 * goes on where it printed the last line of the run before; one that prints something else is all new.
 */
export class RepeatedLines {
  /** Lines that were new, of all runs. */
  count = 0;
  /** Line n stands at n modulo its length. */
  #ring = new Uint32Array(1024);
  readonly #head: number[] = [];
  readonly #held: number[] = [];
  /** Which lines the next one may be; undefined = nothing is repeated (any more). */
  #candidates: number[] | undefined;
  #isFirst = false;
  /** Lines in a row that may be such. */
  #matched = 0;

  /** Whether lines that come may be old ones. */
  get isLooking(): boolean {
    return this.#candidates !== undefined;
  }

  /** A run begins. */
  begin(): void {
    this.#held.length = 0;
    this.#matched = 0;
    this.#isFirst = true;
    this.#candidates = this.count > 0 ? [] : undefined;
  }

  /** Judges the next line. */
  next(hash: number): LineVerdict {
    if (this.#candidates === undefined) {
      this.#remember(hash);
      return 'new';
    }
    const at = this.#isFirst
      ? this.#placesOf(hash)
      : this.#candidates.filter((line) => this.#may(line, hash));
    this.#isFirst = false;
    if (at.length === 0) return this.#differs(hash);
    this.#candidates = at.map((line) => line + 1).filter((line) => line < this.count);
    // another place that goes on may tell of more repeated lines: these are known in any case
    if (this.#candidates.length < at.length) return this.#areKnown();
    this.#matched += 1;
    if (this.#matched >= certainLines) return 'known';
    this.#held.push(hash);
    return 'held';
  }

  #areKnown(): 'known' {
    this.#held.length = 0;
    this.#matched = 0;
    if (this.#candidates?.length === 0) this.#candidates = undefined;
    return 'known';
  }

  #differs(hash: number): 'fresh' {
    this.#candidates = undefined;
    for (const held of this.#held) this.#remember(held);
    this.#held.length = 0;
    this.#remember(hash);
    return 'fresh';
  }

  get #oldest(): number {
    return Math.max(0, this.count - this.#ring.length);
  }

  #placesOf(hash: number): number[] {
    const places: number[] = [];
    for (let line = 0; line < this.#head.length; line++) if (this.#head[line] === hash) places.push(line);
    for (let line = Math.max(headLines, this.#oldest); line < this.count; line++)
      if (this.#ring[line % this.#ring.length] === hash) places.push(line);
    return places;
  }

  /** What neither the head nor the ring remembers may be any line. */
  #may(line: number, hash: number): boolean {
    if (line < this.#head.length) return this.#head[line] === hash;
    return line < this.#oldest || this.#ring[line % this.#ring.length] === hash;
  }

  #remember(hash: number): void {
    if (this.count === this.#ring.length && this.count < mostRemembered) {
      const ring = new Uint32Array(this.#ring.length * 4);
      ring.set(this.#ring);
      this.#ring = ring;
    }
    if (this.#head.length < headLines) this.#head.push(hash);
    this.#ring[this.count % this.#ring.length] = hash;
    this.count += 1;
  }
}
