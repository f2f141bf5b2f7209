import type { TroubleFacts } from '../connection/connectionEvent.ts';
import type { Trouble } from '../snapshot.ts';
import type { RowTroubles } from './rowTroubles.ts';
import { fileIn, offsetIn, rowNumbers } from './waitingRows.ts';

/** Troubles kept of each category; counts stay exact beyond. */
const mostTroubles = 10_000;

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
  /** What came after those: numbers of a row (waitingRows.ts) and an id each, or an object. */
  #numbers = new Float64Array(64 * (rowNumbers + 1));
  readonly #objects: (StoredTrouble | undefined)[] = [];

  constructor(rowTroubles: RowTroubles, saved?: () => readonly StoredTrouble[]) {
    this.#rowTroubles = rowTroubles;
    this.#saved = saved;
  }

  add(trouble: StoredTrouble): void {
    this.#objects.push(trouble);
    this.#forgetOld();
  }

  /** Adds the trouble whose numbers begin there. */
  addRow(id: number, numbers: Float64Array, from: number): void {
    const to = this.#objects.push(undefined) * (rowNumbers + 1);
    if (to > this.#numbers.length) this.#grow();
    for (let field = 0; field < rowNumbers; field += 1)
      this.#numbers[to - rowNumbers - 1 + field] = numbers[from + field] ?? 0;
    this.#numbers[to - 1] = id;
    this.#forgetOld();
  }

  /** Oldest first; the same array, which grows. */
  get list(): readonly StoredTrouble[] {
    this.#readSaved();
    if (this.#objects.length > 0) {
      for (let index = 0; index < this.#objects.length; index += 1)
        this.#list.push(this.#objects[index] ?? this.#made(index));
      this.#objects.length = 0;
    }
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
    const from = index * (rowNumbers + 1);
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

  #forgetOld(): void {
    this.#readSaved();
    if (this.#list.length + this.#objects.length <= mostTroubles * 1.1) return;
    const gone = this.#list.length + this.#objects.length - mostTroubles;
    const listed = this.#list.splice(0, gone).length;
    if (listed === gone) return;
    this.#objects.splice(0, gone - listed);
    this.#numbers.copyWithin(0, (gone - listed) * (rowNumbers + 1));
  }

  #grow(): void {
    const more = new Float64Array(this.#numbers.length * 2);
    more.set(this.#numbers);
    this.#numbers = more;
  }
}
