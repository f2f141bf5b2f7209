/**
 * The lines of late that no known prefix reads, by their offsets in the file, and the entries that were told since:
 * when a new prefix is learned, these lines are read again, and nothing is told twice.
 */
export class RefusedLines {
  readonly #windowBytes: number;
  readonly #refused = new Set<number>();
  readonly #told = new Set<number>();
  #refusedTo = -1;

  /** Lines that begin so many bytes or more before another are forgotten when that one comes. */
  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
  }

  /** A file begins. */
  clear(): void {
    this.#refused.clear();
    this.#told.clear();
    this.#refusedTo = -1;
  }

  /** A line is refused; answers whether for the first time. */
  refuse(offsetBytes: number): boolean {
    this.#forget(offsetBytes);
    const isNew = offsetBytes > this.#refusedTo;
    if (isNew) this.#refused.add(offsetBytes);
    this.#refusedTo = Math.max(this.#refusedTo, offsetBytes);
    return isNew;
  }

  /** A line is understood; answers whether it had been refused. */
  understand(offsetBytes: number): boolean {
    return this.#refused.delete(offsetBytes);
  }

  /** An entry is about to be told; answers whether it was told already. */
  tell(offsetBytes: number): boolean {
    this.#forget(offsetBytes);
    if (this.#told.has(offsetBytes)) return true;
    if (this.#refused.size > 0) this.#told.add(offsetBytes);
    return false;
  }

  /** Is none of them remembered any more when a line begins here? None is forgotten yet: a search goes on in a line, too. */
  isEmptyAt(offsetBytes: number): boolean {
    const first = offsetBytes - this.#windowBytes;
    if (this.#refused.size === 0 || this.#refusedTo <= first) return true;
    for (const refused of this.#refused) if (refused > first) return false;
    return true;
  }

  /** The earliest of the refused lines. */
  get firstBytes(): number | undefined {
    const [first] = this.#refused;
    return first;
  }

  #forget(offsetBytes: number): void {
    for (const refused of this.#refused) {
      if (refused > offsetBytes - this.#windowBytes) return;
      this.#refused.delete(refused);
    }
    if (offsetBytes > this.#refusedTo) this.#told.clear();
  }
}
