import { englishOnly, everyLanguage, type Vocabulary } from './languages.ts';
import { mayBeForeign } from './mayBeForeign.ts';

/** So many characters of a text choose the few rows that are tried on it. */
const keyLength = 3;

type StartedRow<Row> = readonly [start: string, row: Row];
type RowsByKey<Row> = ReadonlyMap<string, readonly StartedRow<Row>[]>;

/**
 * Rows for texts of a certain beginning. There are thousands, in twenty languages: a text is tried on those few that
 * begin like it, in the order in which they were given; and on those in English only, as long as it can be no other.
 */
export class ByStart<Row> {
  readonly #rows: (vocabulary: Vocabulary) => readonly StartedRow<Row>[];
  #english: RowsByKey<Row> | undefined;
  #all: RowsByKey<Row> | undefined;

  /** `rows` is asked when the first text is looked for, in English or in all languages: in the same order. */
  constructor(rows: (vocabulary: Vocabulary) => readonly StartedRow<Row>[]) {
    this.#rows = rows;
  }

  /** What the first row answers that answers something. */
  find<T>(text: string, read: (row: Row) => T | undefined): T | undefined {
    const rows = this.#rowsFor(text);
    for (const [start, row] of rows.get(text.slice(0, keyLength)) ?? rows.get('') ?? []) {
      const found = text.startsWith(start) ? read(row) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Is there a row whose texts begin so? */
  has(text: string): boolean {
    return this.find(text, () => true) === true;
  }

  #rowsFor(text: string): RowsByKey<Row> {
    if (this.#all) return this.#all;
    if (mayBeForeign(text)) return (this.#all = byKey(this.#rows(everyLanguage)));
    return (this.#english ??= byKey(this.#rows(englishOnly)));
  }
}

/** The rows by the beginning of their beginning; those that have hardly one stand under every key, and under ''. */
function byKey<Row>(rows: readonly StartedRow<Row>[]): RowsByKey<Row> {
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
