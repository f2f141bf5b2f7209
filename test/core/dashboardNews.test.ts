import assert from 'node:assert/strict';
import { newsOf, snapshotAfter, type Told } from '../../src/core/dashboardNews.ts';
import type { DashboardSnapshot, FeedRow, HistoryColumns } from '../../src/core/snapshot/dashboard.ts';
import { row, snapshot } from '../browser/dashboardSample.ts';
import { random } from './serverLog.ts';

const minuteMs = 60_000;

/** A dashboard that moves on as a followed log makes it, with its surprises. */
class Moving {
  readonly #next: () => number;
  #firstAt = 1_000_000 * minuteMs;
  #bucketMinutes = 1;
  #buckets: number[][] = [];
  #feed: FeedRow[] = [];
  #lastId = 0;

  constructor(seed: number) {
    this.#next = random(seed);
    for (let count = 0; count < 30; count += 1) this.#addBucket();
  }

  step(): DashboardSnapshot {
    const what = this.#next();
    for (let count = Math.floor(this.#next() * 4); count > 0; count -= 1)
      this.#feed.push(row(++this.#lastId, { user: `u${this.#lastId}`, at: this.#lastId }));
    this.#feed = this.#feed.slice(-20);
    if (what < 0.3) this.#addBucket();
    if (what > 0.2 && what < 0.5) this.#buckets.at(-1)![0]! += 1;
    if (what > 0.45 && what < 0.5) this.#buckets[Math.floor(this.#next() * this.#buckets.length)]![3]! += 1;
    if (what > 0.5 && what < 0.55) this.#feed.splice(Math.floor(this.#next() * 20), 1);
    if (what > 0.55 && what < 0.57) this.#readAgain();
    if (what > 0.57 && what < 0.6) this.#bucketMinutes = this.#bucketMinutes === 1 ? 5 : 1;
    return snapshot({ history: this.#history(), feed: [...this.#feed] });
  }

  #addBucket(): void {
    this.#buckets.push(Array.from({ length: 6 }, () => Math.floor(this.#next() * 9)));
    if (this.#buckets.length <= 40) return;
    this.#buckets.shift();
    this.#firstAt += minuteMs * this.#bucketMinutes;
  }

  #readAgain(): void {
    this.#lastId = 0;
    this.#feed = [];
  }

  #history(): HistoryColumns {
    const column = (index: number): number[] => this.#buckets.map((bucket) => bucket[index] ?? 0);
    return {
      bucketMinutes: this.#bucketMinutes,
      startAt: this.#buckets.map((_, index) => this.#firstAt + index * this.#bucketMinutes * minuteMs),
      ...{ connects: column(0), disconnects: column(1), lost: column(2) },
      ...{ failures: column(3), maxActive: column(4), active: column(5) },
    };
  }
}

describe('news of a dashboard', () => {
  it('make of what a page has what the engine has, whatever happened between', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const moving = new Moving(seed);
      let told: Told | undefined;
      let shown: DashboardSnapshot | undefined;
      for (let number = 1; number <= 200; number += 1) {
        const now = moving.step();
        const news = structuredClone(newsOf(told, now, number));
        shown = snapshotAfter(news.follows === undefined ? undefined : shown, news);
        assert.deepEqual(shown, now, `seed ${seed}, step ${number}`);
        told = { number, snapshot: now };
      }
    }
  });

  it('hold one bucket and one row where one session came, of a month of minutes and 500 rows', () => {
    const startAt = Array.from({ length: 44_640 }, (_, index) => index * minuteMs);
    const zeros = startAt.map(() => 0);
    const columns = { connects: zeros, disconnects: zeros, lost: zeros, failures: zeros };
    const history = { bucketMinutes: 1, startAt, ...columns, maxActive: zeros, active: zeros };
    const feed = Array.from({ length: 500 }, (_, id) => row(id, {}));
    const before = { number: 1, snapshot: snapshot({ history, feed }) };
    const one = [...zeros.slice(1), 1];
    const now = snapshot({
      history: { ...history, connects: one, maxActive: one, active: one },
      feed: [...feed.slice(1), row(500, { user: 'app' })],
    });
    const news = newsOf(before, now, 2);
    assert.deepEqual([news.history.startAt.length, news.feed.rows.length], [1, 1]);
    assert.deepEqual(snapshotAfter(before.snapshot, news), now);
  });
});
