import { minuteNumbers } from './minute.ts';
import type { Totals } from '../snapshot/sourceStatus.ts';
import { SessionLengths, type SavedSessionLengths } from './sessionLengths.ts';
import type { StoredEvent, StoredKind } from './storedEvent.ts';
import { Timeline, type SavedTimeline } from './timeline.ts';
import type { ToldRows } from './toldRows.ts';

/** A tally as plain data, for the checkpoint. */
export interface SavedTally {
  readonly totals: Totals;
  readonly active: number;
  readonly timeline: SavedTimeline;
  readonly lengths: SavedSessionLengths;
}

type Counted = { -readonly [K in keyof Totals]: number };

/** Counts of nothing. */
export function noTotals(): Counted {
  const counts = { connects: 0, disconnects: 0, lost: 0, failures: 0, endings: 0, problems: 0 };
  return { ...counts, replicationConnects: 0 };
}

/** Counts and history of some events: of all, or of those that a filter and a Clear let through. */
export class Tally {
  readonly totals: Counted;
  readonly timeline: Timeline;
  readonly lengths: SessionLengths;
  #active: number;

  /** `active` client sessions are open before the first event. */
  constructor(active = 0, saved?: SavedTally) {
    this.#active = saved?.active ?? active;
    this.timeline = saved ? Timeline.load(saved.timeline) : new Timeline(active);
    this.lengths = new SessionLengths(saved?.lengths);
    this.totals = saved ? { ...saved.totals } : noTotals();
  }

  /** Counts one event. Walsenders count apart: only their connects, and never in the history. */
  count({ kind, at, replication, connectSeen, wasLost, sessionTimeMs }: StoredEvent): void {
    this.countOne(kind, at ?? Number.NaN, sessionTimeMs ?? Number.NaN, replication, connectSeen, wasLost);
  }

  /** Counts one event by what tells of its count; NaN = no time. */
  countOne(
    kind: StoredKind,
    at: number,
    sessionTimeMs: number,
    replication: boolean,
    connectSeen: boolean,
    wasLost: boolean,
  ): void {
    if (replication) {
      if (kind === 'connect') this.totals.replicationConnects += 1;
      else if (kind === 'takenBack' && !wasLost) this.totals.replicationConnects -= 1;
      return;
    }
    switch (kind) {
      case 'connect':
        this.totals.connects += 1;
        return this.#step(at, 'connects', 1, 1);
      case 'disconnect':
        this.totals.disconnects += 1;
        if (!Number.isNaN(at) && !Number.isNaN(sessionTimeMs)) this.lengths.count(at, sessionTimeMs);
        return this.#step(at, 'disconnects', connectSeen ? -1 : 0, 1);
      case 'lost':
        this.totals.lost += 1;
        return this.#step(at, 'lost', -1, 1);
      case 'takenBack':
        this.totals[wasLost ? 'lost' : 'connects'] -= 1;
        return wasLost ? this.#step(at, 'lost', 1, -1) : this.#step(at, 'connects', -1, -1);
      case 'appeared':
        return this.#step(at, 'connects', 1, 0);
      case 'vanished':
        return this.#step(at, 'lost', -1, 0);
      case 'failure':
        this.totals.failures += 1;
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

  /** Counts events of ordinary sessions by what they come to; `active` among it is this tally's. */
  countRows(told: ToldRows): void {
    const { totals } = this;
    totals.connects += told.connects;
    totals.disconnects += told.disconnects;
    totals.lost += told.lost;
    totals.replicationConnects += told.replicationConnects;
    totals.failures += told.failures;
    totals.endings += told.endings;
    this.#active = told.active;
    for (let index = 0; index < told.minuteCount; index += 1) {
      this.timeline.countMinute(told.minutes, index * minuteNumbers);
      this.lengths.countMinute(told.minutes, index * minuteNumbers);
    }
  }

  /** Open client sessions. */
  get active(): number {
    return this.#active;
  }

  save(): SavedTally {
    const [timeline, lengths] = [this.timeline.save(), this.lengths.save()];
    return { totals: { ...this.totals }, active: this.#active, timeline, lengths };
  }

  #step(
    at: number,
    what: 'connects' | 'disconnects' | 'lost' | 'failures',
    active: number,
    by: number,
  ): void {
    this.#active = Math.max(0, this.#active + active);
    if (!Number.isNaN(at)) this.timeline.count(at, what, this.#active, by);
  }
}

/** How an event changes the number of open client sessions. */
export function activeChange({ kind, replication, connectSeen, wasLost }: StoredEvent): number {
  if (replication) return 0;
  if (kind === 'connect' || kind === 'appeared') return 1;
  if (kind === 'lost' || kind === 'vanished' || (kind === 'disconnect' && connectSeen)) return -1;
  if (kind === 'takenBack') return wasLost ? 1 : -1;
  return 0;
}
