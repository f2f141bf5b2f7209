import type { Totals } from '../snapshot/sourceStatus.ts';
import type { LogState } from './logState.ts';
import { noTotals } from './tally.ts';

const counted = [
  'connects',
  'disconnects',
  'lost',
  'failures',
  'endings',
  'problems',
  'replicationConnects',
] as const satisfies readonly (keyof Totals)[];
const kinds = { failure: 'failures', ending: 'endings' } as const;
type KindCategory = keyof typeof kinds;

/**
 * What a log has told since it is looked at: counts that only ever grow, whatever Clear forgets, a correction takes back,
 * or the state is replaced by (a log that is read anew counts from where it stands then). Unfiltered.
 */
export class LogGrowth {
  #state: LogState | undefined;
  #from: Totals = noTotals();
  #before: Totals = noTotals();
  #now = noTotals();
  #nextId = 0;
  readonly #byKind: Record<KindCategory, Map<string, number>> = { failure: new Map(), ending: new Map() };

  get totals(): Totals {
    return this.#now;
  }

  /** By kind of the failure table; `other` also holds what came faster than it was looked at. */
  byKind(category: KindCategory): ReadonlyMap<string, number> {
    return this.#byKind[category];
  }

  /** Looks at the state as it is now; the first look is where counting begins. */
  look(state: LogState): void {
    if (state !== this.#state) {
      this.#state = state;
      this.#from = { ...state.everything.totals };
      this.#before = { ...this.#now };
      this.#nextId = state.nextEventId;
    }
    const grown = { ...this.#now };
    for (const count of counted) {
      const value = this.#before[count] + state.everything.totals[count] - this.#from[count];
      grown[count] = Math.max(this.#now[count], value);
    }
    for (const category of ['failure', 'ending'] as const) {
      const fresh = grown[kinds[category]] - this.#now[kinds[category]];
      this.#countKinds(state, category, fresh);
    }
    this.#now = grown;
    this.#nextId = state.nextEventId;
  }

  /** What it counted stays; the next look begins anew. */
  rest(): void {
    this.#state = undefined;
  }

  #countKinds({ troubles }: LogState, category: KindCategory, fresh: number): void {
    const counts = this.#byKind[category];
    const add = (kind: string, by: number): unknown => counts.set(kind, (counts.get(kind) ?? 0) + by);
    const list = troubles[category];
    let left = fresh;
    for (let at = list.length - 1; at >= 0 && left > 0; at -= 1) {
      const trouble = list[at];
      if (!trouble || trouble.id < this.#nextId) break;
      add(trouble.kind, 1);
      left -= 1;
    }
    if (left > 0) add('other', left);
  }
}
