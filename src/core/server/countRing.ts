/**
 * How many connections somebody held at least, slot by slot of fixed length: the floor below which the count never fell.
 * A ring of fixed size; slots in which nobody looked are unknown.
 */
export class CountRing {
  readonly #lows: Int32Array;
  /** Number of the newest slot. */
  #newest: number;

  constructor(slots: number, slot: number) {
    this.#lows = new Int32Array(slots).fill(unknown);
    this.#newest = slot;
  }

  /** Notes a count in a slot, which is never older than one noted before. */
  note(slot: number, count: number): void {
    const size = this.#lows.length;
    const skipped = Math.min(slot - this.#newest, size);
    for (let gap = 0; gap < skipped; gap++) this.#lows[(slot - gap) % size] = unknown;
    this.#newest = Math.max(this.#newest, slot);
    const at = this.#newest % size;
    const low = this.#lows[at] ?? unknown;
    this.#lows[at] = low === unknown ? count : Math.min(low, count);
  }

  /** The known slots from the newest on backwards for as long as no floor is above the one after it; oldest first. */
  risingFloor(): { readonly slot: number; readonly low: number }[] {
    const rising: { slot: number; low: number }[] = [];
    const size = this.#lows.length;
    for (let slot = this.#newest; slot > this.#newest - size && slot >= 0; slot--) {
      const low = this.#lows[slot % size] ?? unknown;
      if (low === unknown) continue;
      if (low > (rising.at(-1)?.low ?? Infinity)) break;
      rising.push({ slot, low });
    }
    return rising.reverse();
  }
}

const unknown = -1;
