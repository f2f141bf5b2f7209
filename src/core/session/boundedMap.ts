/**
 * A map that forgets its oldest entries: it keeps at least the newest `limit / 2` and at most `limit`. Two
 * generations, so that forgetting costs nothing.
 */
export class BoundedMap<K, V> {
  readonly #half: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(limit: number) {
    this.#half = Math.ceil(limit / 2);
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    if (this.#old.size > 0) this.#old.delete(key);
    this.#young.set(key, value);
  }

  entries(): [K, V][] {
    return [...this.#old, ...this.#young];
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
