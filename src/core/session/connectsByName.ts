import type { StoredEvent } from './storedEvent.ts';
import { dimensions, type Dimension, type Filter } from './filter.ts';
import type { ClearPoint } from './clearPoint.ts';
import type { LogState } from './logState.ts';

/** With so many names, those that nobody has any more are looked for: counting anew finds the stored ones only. */
const manyNames = 20_000;

type Counts = Record<Dimension, Map<string | undefined, number>>;

/** What is counted now; when it changes, but for a start that moved on, all is counted anew. */
interface Counted {
  readonly filter: Filter;
  readonly clear: ClearPoint | undefined;
  /** From when on, and in slices of what width; the start moves on by whole slices. */
  readonly startAt: number;
  readonly sliceMs: number;
}

/**
 * How many connected, by each name, from an instant on: of the stored events that the filter and Clear let be seen.
 * They are counted when somebody asks, and from then on only what has come since; slices of time that leave at the
 * front are taken off. For nobody, nothing is counted.
 */
export class ConnectsByName {
  readonly #state: LogState;
  #counted: Counted | undefined;
  #nextId = 0;
  #slices = new Map<number, Counts>();
  #sums = newCounts();
  #mostNames = manyNames;

  constructor(state: LogState) {
    this.#state = state;
  }

  /** Connects by name since `startAt`, by dimension; a name that none has is missing. */
  since(
    startAt: number,
    sliceMs: number,
  ): Readonly<Record<Dimension, ReadonlyMap<string | undefined, number>>> {
    const { filter, clearPoint: clear, nextEventId } = this.#state;
    const wanted = { filter, clear, startAt, sliceMs };
    const anew = !this.#continues(wanted);
    if (anew) this.#forget();
    this.#counted = wanted;
    for (const event of this.#state.newestEvents(this.#nextId)) {
      // a little out of order is usual, more is not looked for
      if (event.at !== undefined && event.at < startAt - sliceMs) break;
      this.#count(event, wanted);
    }
    this.#nextId = nextEventId;
    this.#dropBefore(startAt);
    if (anew) this.#mostNames = Math.max(manyNames, 2 * this.#names());
    return this.#sums;
  }

  #continues({ filter, clear, startAt, sliceMs }: Counted): boolean {
    const before = this.#counted;
    return (
      before?.filter === filter &&
      before.clear === clear &&
      before.sliceMs === sliceMs &&
      startAt >= before.startAt &&
      (startAt - before.startAt) % sliceMs === 0 &&
      this.#names() <= this.#mostNames
    );
  }

  #forget(): void {
    this.#nextId = 0;
    this.#slices = new Map();
    this.#sums = newCounts();
  }

  #count({ kind, at, replication, wasLost, names }: StoredEvent, { startAt, sliceMs }: Counted): void {
    if (replication || at === undefined || at < startAt) return;
    const by = kind === 'connect' ? 1 : kind === 'takenBack' && !wasLost ? -1 : 0;
    if (by === 0) return;
    const slice = this.#slice(at - ((at - startAt) % sliceMs));
    for (const dimension of dimensions) {
      add(slice[dimension], names[dimension], by);
      add(this.#sums[dimension], names[dimension], by);
    }
  }

  #slice(startAt: number): Counts {
    let slice = this.#slices.get(startAt);
    if (!slice) this.#slices.set(startAt, (slice = newCounts()));
    return slice;
  }

  #dropBefore(startAt: number): void {
    for (const [sliceAt, slice] of this.#slices) {
      if (sliceAt >= startAt) continue;
      this.#slices.delete(sliceAt);
      for (const dimension of dimensions)
        for (const [name, count] of slice[dimension]) add(this.#sums[dimension], name, -count);
    }
  }

  #names(): number {
    return dimensions.reduce((sum, dimension) => sum + this.#sums[dimension].size, 0);
  }
}

function newCounts(): Counts {
  return { database: new Map(), user: new Map(), application: new Map(), host: new Map() };
}

function add(counts: Map<string | undefined, number>, name: string | undefined, by: number): void {
  const count = (counts.get(name) ?? 0) + by;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}
