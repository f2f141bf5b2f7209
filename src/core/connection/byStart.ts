/** So many characters of a text choose the few rows that are tried on it. */
const keyLength = 3;

type StartedRow<Row> = readonly [start: string, row: Row];

/**
 * Rows for texts of a certain beginning. There are thousands, in twenty languages: a text is tried on those few that
 * begin like it, in the order in which they were given.
 */
export class ByStart<Row> {
  readonly #byKey = new Map<string, StartedRow<Row>[]>();
  /** Those that begin with a value, or nearly: they are tried on every text. */
  readonly #short: readonly StartedRow<Row>[];

  constructor(rows: readonly StartedRow<Row>[]) {
    this.#short = rows.filter(([start]) => start.length < keyLength);
    for (const [start] of rows) if (start.length >= keyLength) this.#byKey.set(start.slice(0, keyLength), []);
    for (const row of rows) {
      const [start] = row;
      if (start.length >= keyLength) this.#byKey.get(start.slice(0, keyLength))?.push(row);
      else for (const [key, sameKey] of this.#byKey) if (key.startsWith(start)) sameKey.push(row);
    }
  }

  /** What the first row answers that answers something. */
  find<T>(text: string, read: (row: Row) => T | undefined): T | undefined {
    for (const [start, row] of this.#byKey.get(text.slice(0, keyLength)) ?? this.#short) {
      const found = text.startsWith(start) ? read(row) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
