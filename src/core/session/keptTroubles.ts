import type { TroubleFacts } from '../connection/connectionEvent.ts';
import type { Trouble } from '../snapshot/troubleLists.ts';
import type { RowTroubles } from './rowTroubles.ts';
import { fileIn, offsetIn, rowNumbers } from './waitingRows.ts';

/** Troubles kept of each category, about; counts stay exact beyond. */
const mostTroubles = 10_000;
/** So many more may be listed before the oldest leave. */
const surplus = 1000;
/** A row's numbers and an id. */
const width = rowNumbers + 1;
const leastRoom = 64;

/** A trouble with the number of its file; the source knows what the file is called now. */
export type StoredTrouble = Omit<Trouble, 'file'> & { readonly fileNumber: number };

/**
 * The newest troubles of a category. Those of ordinary sessions stay numbers, and saved ones as they are, until somebody
 * asks for them.
 */
export class KeptTroubles {
  readonly #rowTroubles: RowTroubles;
  readonly #list: StoredTrouble[] = [];
  /** Those that were saved, until they are in the list. */
  #saved: (() => readonly StoredTrouble[]) | undefined;
  /** What came after those, in rings: numbers of a row (waitingRows.ts) and an id each, or an object. */
  #numbers = new Float64Array(leastRoom * width);
  #objects: (StoredTrouble | undefined)[] = Array.from({ length: leastRoom });
  #first = 0;
  #count = 0;

  constructor(rowTroubles: RowTroubles, saved?: () => readonly StoredTrouble[]) {
    this.#rowTroubles = rowTroubles;
    this.#saved = saved;
  }

  add(trouble: StoredTrouble): void {
    const index = this.#next();
    this.#objects[index] = trouble;
  }

  /** Adds the trouble whose numbers begin there. */
  addRow(id: number, numbers: Float64Array, from: number): void {
    const index = this.#next();
    const to = index * width;
    this.#objects[index] = undefined;
    for (let field = 0; field < rowNumbers; field += 1)
      this.#numbers[to + field] = numbers[from + field] ?? 0;
    this.#numbers[to + rowNumbers] = id;
  }

  /** Oldest first; the same array, which grows. */
  get list(): readonly StoredTrouble[] {
    this.#readSaved();
    for (let nth = 0; nth < this.#count; nth += 1) {
      const index = this.#at(nth);
      this.#list.push(this.#objects[index] ?? this.#made(index));
      this.#objects[index] = undefined;
    }
    this.#first = this.#count = 0;
    return this.#list;
  }

  /** One by its id; undefined = it is not kept. */
  byId(id: number): StoredTrouble | undefined {
    const { list } = this;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.id ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return list[low]?.id === id ? list[low] : undefined;
  }

  #made(index: number): StoredTrouble {
    const from = index * width;
    const number = (field: number): number => this.#numbers[from + field] ?? 0;
    const trouble: TroubleFacts = this.#rowTroubles.of(this.#numbers, from);
    const place = { fileNumber: number(fileIn), offsetBytes: number(offsetIn) };
    return { ...trouble, id: number(rowNumbers), ...place };
  }

  #readSaved(): void {
    const saved = this.#saved;
    this.#saved = undefined;
    if (saved) this.#list.push(...saved());
  }

  /** Makes room for the newest, where there are many in the place of the oldest; answers its index in the rings. */
  #next(): number {
    this.#readSaved();
    if (this.#count === mostTroubles) {
      this.#list.length = 0;
      this.#first = this.#at(1);
      this.#count -= 1;
    } else if (this.#count === this.#objects.length) this.#grow();
    this.#count += 1;
    const tooMany = this.#list.length + this.#count - mostTroubles;
    if (this.#list.length > 0 && tooMany > surplus) this.#list.splice(0, tooMany);
    return this.#at(this.#count - 1);
  }

  #at(nth: number): number {
    return (this.#first + nth) % this.#objects.length;
  }

  #grow(): void {
    const numbers = new Float64Array(Math.min(2 * this.#objects.length, mostTroubles) * width);
    const before = this.#numbers.subarray(this.#first * width);
    numbers.set(before);
    numbers.set(this.#numbers.subarray(0, this.#first * width), before.length);
    const objects = [...this.#objects.slice(this.#first), ...this.#objects.slice(0, this.#first)];
    objects.length = numbers.length / width;
    this.#numbers = numbers;
    this.#objects = objects.fill(undefined, this.#count);
    this.#first = 0;
  }
}
