/** A bit for each of so many pids: what Linux has at most is half a megabyte. */
const mostBits = 1 << 24;

/** Process ids, as many as a log of any length can name, in little room. */
export class PidSet {
  #bits = new Uint8Array(8192);
  readonly #others = new Set<number>();

  has(pid: number): boolean {
    if (pid >= mostBits) return this.#others.has(pid);
    return (((this.#bits[pid >> 3] ?? 0) >> (pid & 7)) & 1) === 1;
  }

  add(pid: number): void {
    if (pid >= mostBits) {
      this.#others.add(pid);
      return;
    }
    if (pid >> 3 >= this.#bits.length) this.#grow(pid >> 3);
    this.#bits[pid >> 3] = (this.#bits[pid >> 3] ?? 0) | (1 << (pid & 7));
  }

  addAll(other: PidSet): void {
    if (other.#bits.length > this.#bits.length) this.#grow(other.#bits.length - 1);
    for (const [at, bits] of other.#bits.entries())
      if (bits !== 0) this.#bits[at] = (this.#bits[at] ?? 0) | bits;
    for (const pid of other.#others) this.#others.add(pid);
  }

  #grow(index: number): void {
    const bits = new Uint8Array(Math.max(2 * this.#bits.length, index + 1));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}
