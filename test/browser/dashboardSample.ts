import { noFilter } from '../../src/core/session/filter.ts';
import type {
  DashboardSnapshot,
  FeedRow,
  HistoryColumns,
  TopNames,
} from '../../src/core/snapshot/dashboard.ts';

const minuteMs = 60_000;
const now = Date.UTC(2025, 9, 24, 14, 30);

/** An hour with something of everything. */
export const history: HistoryColumns = {
  bucketMinutes: 15,
  startAt: [0, 1, 2, 3].map((bucket) => now - (4 - bucket) * 15 * minuteMs),
  connects: [5, 3, 0, 2],
  disconnects: [1, 2, 0, 3],
  lost: [0, 0, 0, 1],
  failures: [0, 2, 0, 0],
  maxActive: [4, 6, 5, 5],
  active: [4, 5, 5, 3],
};

/** A month in which something happens in every interval. */
export function monthOf(bucketMinutes: number): HistoryColumns {
  const length = (31 * 1440) / bucketMinutes;
  const wave = (high: number, every: number): number[] =>
    Array.from({ length }, (_, index) => Math.floor(high * (1 + Math.sin((index * bucketMinutes) / every))));
  return {
    bucketMinutes,
    startAt: wave(0, 1).map((_, index) => now - (length - index) * bucketMinutes * minuteMs),
    ...{ connects: wave(9, 300), disconnects: wave(9, 310), lost: wave(0, 1), failures: wave(1, 900) },
    ...{ maxActive: wave(40, 1000).map((each) => each + 3), active: wave(40, 1000) },
  };
}

/** One name that most have, and one that few have. */
const top = (name: string): TopNames => ({
  names: [
    { name, connects: 7, active: 2 },
    { name: undefined, connects: 3, active: 1 },
  ],
  others: { names: 0, connects: 0, active: 0 },
});

/** What the page is sent: the hour, and what a test changes. */
export function snapshot(change: Partial<DashboardSnapshot> = {}): DashboardSnapshot {
  const totals = {
    connects: 10,
    disconnects: 6,
    lost: 1,
    failures: 2,
    endings: 0,
    problems: 0,
    replicationConnects: 0,
  };
  return {
    status: {
      sourceId: 'log',
      log: {
        id: 'log',
        kind: 'path',
        running: true,
        path: '/var/log/postgresql.log',
        settings: {},
        connectionLogging: 'on',
      },
      state: 'following',
      readBytes: 10,
      totalBytes: 10,
      warnings: [],
      activeIs: 'exact',
      active: 3,
      activeReplication: 0,
      activeReplicationFiltered: 0,
      totals,
      newFailures: 0,
      filter: noFilter,
      activeFiltered: 3,
      canUndoClear: false,
      version: 1,
    },
    scope: 'hour',
    now,
    history,
    totals,
    active: 3,
    restartsAt: [],
    lengths: [0, 1, 0, 2, 3, 0, 0, 0, 0],
    top: { database: top('shop'), user: top('app'), application: top('psql'), host: top('[local]') },
    topOf: 10,
    feed: [],
    ...change,
  };
}

/** Somebody who came, but for what a test changes. */
export const row = (id: number, change: Partial<FeedRow>): FeedRow => ({ id, sign: '+', at: now, ...change });
