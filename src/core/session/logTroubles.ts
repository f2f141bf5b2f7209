import type { TroubleCategory } from '../snapshot/troubleLists.ts';
import { KeptTroubles, type StoredTrouble } from './keptTroubles.ts';
import type { RowTroubles } from './rowTroubles.ts';
import type { ToldRows } from './toldRows.ts';
import { failureState, stateIn } from './waitingRows.ts';

/** Kept troubles of each category, oldest first. */
type TroublesByCategory = Readonly<Record<TroubleCategory, readonly StoredTrouble[]>>;

export interface SavedTroubles {
  /** Read when somebody asks for one. */
  readonly troubles: TroublesByCategory;
  readonly newestFailureId: number | undefined;
}

/** The newest troubles of one log, by category; each list oldest first. */
export class LogTroubles implements TroublesByCategory {
  /** Of the newest kept failure. */
  newestFailureId: number | undefined;
  readonly #kept: Readonly<Record<TroubleCategory, KeptTroubles>>;

  constructor(rowTroubles: RowTroubles, saved?: SavedTroubles) {
    // and no more of what was saved is kept for them
    const troubles = saved?.troubles;
    const kept = (category: TroubleCategory): KeptTroubles =>
      new KeptTroubles(rowTroubles, troubles && (() => troubles[category]));
    this.#kept = { failure: kept('failure'), ending: kept('ending'), problem: kept('problem') };
    this.newestFailureId = saved?.newestFailureId;
  }

  get failure(): readonly StoredTrouble[] {
    return this.#kept.failure.list;
  }

  get ending(): readonly StoredTrouble[] {
    return this.#kept.ending.list;
  }

  get problem(): readonly StoredTrouble[] {
    return this.#kept.problem.list;
  }

  /** Kept failures with a greater id, oldest first. */
  failuresAfter(id: number): readonly StoredTrouble[] {
    if ((this.newestFailureId ?? 0) <= id) return [];
    return this.failure.filter((failure) => failure.id > id);
  }

  /** One by its id; undefined = it is not kept. */
  byId(category: TroubleCategory, id: number): StoredTrouble | undefined {
    return this.#kept[category].byId(id);
  }

  add(trouble: StoredTrouble): void {
    this.#kept[trouble.category].add(trouble);
    this.#note(trouble.category, trouble.id);
  }

  /** Adds those that rows tell; `firstId` is that of the first event told. */
  addRows(told: ToldRows, firstId: number): void {
    for (let index = 0; index < told.troubleCount; index += 1) {
      const from = told.troubleRows[index] ?? 0;
      const category = told.waiting[from + stateIn] === failureState ? 'failure' : 'ending';
      const id = firstId + (told.troubles[index] ?? 0);
      this.#kept[category].addRow(id, told.waiting, from);
      this.#note(category, id);
    }
  }

  save(): SavedTroubles {
    const { failure, ending, problem, newestFailureId } = this;
    // copies: these lists grow, and what is saved is read later
    return {
      troubles: { failure: [...failure], ending: [...ending], problem: [...problem] },
      newestFailureId,
    };
  }

  #note(category: TroubleCategory, id: number): void {
    if (category === 'failure') this.newestFailureId = id;
  }
}
