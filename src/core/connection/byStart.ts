/** So many characters of a text choose the few rows that are tried on it. */
const keyLength = 3;

type StartedRow<Row> = readonly [start: string, row: Row];

/**
 * Rows for texts of a certain beginning. There are thousands, in twenty languages: a text is tried on those few that
 * begin like it, in the order in which they were given.
 */
export class ByStart<Row> {
  readonly #rows: () => readonly StartedRow<Row>[];
  #byKey: ReadonlyMap<string, readonly StartedRow<Row>[]> | undefined;

  /** `rows` is asked once, when the first text is looked for. */
  constructor(rows: () => readonly StartedRow<Row>[]) {
    this.#rows = rows;
  }

  /** What the first row answers that answers something. */
  find<T>(text: string, read: (row: Row) => T | undefined): T | undefined {
    this.#byKey ??= byKey(this.#rows());
    for (const [start, row] of this.#byKey.get(text.slice(0, keyLength)) ?? this.#byKey.get('') ?? []) {
      const found = text.startsWith(start) ? read(row) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The rows by the beginning of their beginning; those that have hardly one stand under every key, and under ''. */
function byKey<Row>(rows: readonly StartedRow<Row>[]): ReadonlyMap<string, readonly StartedRow<Row>[]> {
  const short = rows.filter(([start]) => start.length < keyLength);
  const keys = new Map<string, StartedRow<Row>[]>([['', short]]);
  const order = new Map(rows.map((row, index) => [row, index]));
  for (const row of rows) {
    const key = row[0].slice(0, keyLength);
    if (key.length < keyLength) continue;
    const sameKey = keys.get(key);
    if (sameKey) sameKey.push(row);
    else keys.set(key, [row]);
  }
  for (const [key, sameKey] of keys) {
    const shortHere = key === '' ? [] : short.filter(([start]) => key.startsWith(start));
    if (shortHere.length === 0) continue;
    sameKey.push(...shortHere);
    sameKey.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  }
  return keys;
}
