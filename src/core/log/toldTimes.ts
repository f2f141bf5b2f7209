/** Spans that are kept. */
export const mostSpans = 20_000;

/**
 * When something was told: spans of time, in order. Times that lie close together are one span; how close, the number of
 * spans decides, which is bounded.
 */
export class ToldTimes {
  #gapMs = 1;
  #froms: number[] = [];
  #tos: number[] = [];

  /** NaN = none. */
  add(at: number): void {
    const last = this.#tos.length - 1;
    const to = this.#tos[last] ?? Number.NEGATIVE_INFINITY;
    if (at > to + this.#gapMs) this.#begin(at);
    else if (at > to) this.#tos[last] = at;
    else if (at < (this.#froms[last] ?? at)) this.#addEarlier(at);
  }

  /** Does a span have a time between these two, or is one within it? */
  has(from: number, to: number): boolean {
    const index = this.#indexBefore(to);
    return index >= 0 && (this.#tos[index] ?? 0) >= from;
  }

  #begin(at: number): void {
    this.#froms.push(at);
    this.#tos.push(at);
    this.#keepFew();
  }

  /** How many there are, at most `mostSpans`. */
  get count(): number {
    return this.#froms.length;
  }

  #keepFew(): void {
    while (this.#froms.length >= mostSpans) this.#join();
  }

  /** Makes one of those that lie closest together: of half of them. */
  #join(): void {
    const gaps = Float64Array.from(this.#froms.slice(1), (from, index) => from - (this.#tos[index] ?? from));
    this.#gapMs = Math.max(this.#gapMs * 2, gaps.sort()[gaps.length >> 1] ?? 0);
    const isFirst = (index: number): boolean =>
      (this.#froms[index] ?? Number.POSITIVE_INFINITY) > (this.#tos[index - 1] ?? -Infinity) + this.#gapMs;
    const froms = this.#froms.filter((_, index) => isFirst(index));
    this.#tos = this.#tos.filter((_, index) => isFirst(index + 1));
    this.#froms = froms;
  }

  /** The clock was set back, or lines stand in another order. */
  #addEarlier(at: number): void {
    const index = this.#indexBefore(at);
    if (index >= 0 && at <= (this.#tos[index] ?? 0) + this.#gapMs)
      this.#tos[index] = Math.max(at, this.#tos[index] ?? at);
    else if ((this.#froms[index + 1] ?? Number.POSITIVE_INFINITY) <= at + this.#gapMs)
      this.#froms[index + 1] = at;
    else {
      this.#froms.splice(index + 1, 0, at);
      this.#tos.splice(index + 1, 0, at);
      this.#keepFew();
    }
  }

  /** Of the last span that begins at this time or before; -1 = none does. */
  #indexBefore(at: number): number {
    let [low, high] = [0, this.#froms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#froms[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
