import type { Totals } from '../snapshot.ts';
import type { StoredEvent } from './eventStore.ts';
import { Timeline, type SavedTimeline } from './timeline.ts';

/** A tally as plain data, for the checkpoint. */
export interface SavedTally {
  readonly totals: Totals;
  readonly active: number;
  readonly timeline: SavedTimeline;
}

/** Counts and history of some events: of all, or of those that a filter and a Clear let through. */
export class Tally {
  readonly totals: { -readonly [K in keyof Totals]: number };
  readonly timeline: Timeline;
  #active: number;

  /** `active` client sessions are open before the first event. */
  constructor(active = 0, saved?: SavedTally) {
    this.#active = saved?.active ?? active;
    this.timeline = saved ? Timeline.load(saved.timeline) : new Timeline(active);
    this.totals = saved
      ? { ...saved.totals }
      : {
          connects: 0,
          disconnects: 0,
          lost: 0,
          failures: 0,
          endings: 0,
          problems: 0,
          replicationConnects: 0,
        };
  }

  /** Counts one event. Walsenders count apart: only their connects, and never in the history. */
  count(event: StoredEvent): void {
    const { kind, at, replication } = event;
    if (replication) {
      if (kind === 'connect') this.totals.replicationConnects += 1;
      else if (kind === 'takenBack' && !event.wasLost) this.totals.replicationConnects -= 1;
      return;
    }
    switch (kind) {
      case 'connect':
        return this.#step(at, 'connects', 1, 1);
      case 'disconnect':
        return this.#step(at, 'disconnects', event.connectSeen ? -1 : 0, 1);
      case 'lost':
        return this.#step(at, 'lost', -1, 1);
      case 'takenBack':
        return event.wasLost ? this.#step(at, 'lost', 1, -1) : this.#step(at, 'connects', -1, -1);
      case 'failure':
        return this.#step(at, 'failures', 0, 1);
      case 'ending':
        this.totals.endings += 1;
        return;
      case 'problem':
        this.totals.problems += 1;
        return;
      case 'restart':
    }
  }

  save(): SavedTally {
    return { totals: { ...this.totals }, active: this.#active, timeline: this.timeline.save() };
  }

  #step(
    at: number | undefined,
    what: 'connects' | 'disconnects' | 'lost' | 'failures',
    active: number,
    by: number,
  ): void {
    this.totals[what] += by;
    this.#active = Math.max(0, this.#active + active);
    if (at !== undefined) this.timeline.count(at, what, this.#active, by);
  }
}

/** How an event changes the number of open client sessions. */
export function activeChange({ kind, replication, connectSeen, wasLost }: StoredEvent): number {
  if (replication) return 0;
  if (kind === 'connect') return 1;
  if (kind === 'lost' || (kind === 'disconnect' && connectSeen)) return -1;
  if (kind === 'takenBack') return wasLost ? 1 : -1;
  return 0;
}
