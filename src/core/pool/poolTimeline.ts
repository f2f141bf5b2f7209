/** What a pool was in one bucket of time. */
export interface PoolBucket {
  /** ms since the epoch. */
  readonly startAt: number;
  /** The least and the most that were out at once, and how many were at the end of the bucket. */
  readonly leastOut: number;
  readonly mostOut: number;
  readonly out: number;
  readonly mostWaiting: number;
  readonly timeouts: number;
}

/** Buckets kept of each pool; with more, two become one. */
export const mostPoolBuckets = 512;
const firstBucketMs = 1000;
/** A pool leaks only if that can be seen over so many buckets with something in them. */
const leastLeakBuckets = 8;
const leastLeakGrowth = 3;

interface OpenBucket {
  startAt: number;
  leastOut: number;
  mostOut: number;
  out: number;
  mostWaiting: number;
  timeouts: number;
}

/**
 * What a pool was over time, in equal buckets that get longer as time goes on: never more than `mostPoolBuckets`. Times
 * may come a little out of order, as threads write them: they count into the newest bucket.
 */
export class PoolTimeline {
  #bucketMs = firstBucketMs;
  #buckets: OpenBucket[] = [];

  get bucketMs(): number {
    return this.#bucketMs;
  }

  get buckets(): readonly PoolBucket[] {
    return this.#buckets;
  }

  /** `out` of them are checked out from `at` on. */
  add(at: number, out: number, waiting = 0, timeouts = 0): void {
    const bucket = this.#bucketAt(at, out);
    bucket.leastOut = Math.min(bucket.leastOut, out);
    bucket.mostOut = Math.max(bucket.mostOut, out);
    bucket.out = out;
    bucket.mostWaiting = Math.max(bucket.mostWaiting, waiting);
    bucket.timeouts += timeouts;
  }

  #bucketAt(at: number, out: number): OpenBucket {
    const last = this.#buckets.at(-1);
    const startAt = Math.floor(at / this.#bucketMs) * this.#bucketMs;
    if (last && startAt <= last.startAt) return last;
    // it was as it is at the end of the bucket before
    const before = last?.out ?? out;
    const fresh = {
      startAt,
      leastOut: before,
      mostOut: before,
      out: before,
      mostWaiting: 0,
      timeouts: 0,
    };
    this.#buckets.push(fresh);
    if (this.#buckets.length > mostPoolBuckets) this.#widen();
    return this.#buckets.at(-1) ?? fresh;
  }

  #widen(): void {
    this.#bucketMs *= 2;
    const wider: OpenBucket[] = [];
    for (const bucket of this.#buckets) {
      const startAt = Math.floor(bucket.startAt / this.#bucketMs) * this.#bucketMs;
      const last = wider.at(-1);
      if (last?.startAt !== startAt) {
        wider.push({ ...bucket, startAt });
        continue;
      }
      last.leastOut = Math.min(last.leastOut, bucket.leastOut);
      last.mostOut = Math.max(last.mostOut, bucket.mostOut);
      last.out = bucket.out;
      last.mostWaiting = Math.max(last.mostWaiting, bucket.mostWaiting);
      last.timeouts += bucket.timeouts;
    }
    this.#buckets = wider;
    if (wider.length > mostPoolBuckets) this.#widen();
  }
}

/** Why a pool looks as if it leaks. */
export interface PoolLeak {
  /** How many more are out at least than at the beginning. */
  readonly growth: number;
  readonly fromAt: number;
  readonly toAt: number;
  readonly buckets: number;
}

/**
 * Checked out grows and never falls: over the second half of what is known, the least that were out at once never got
 * lower from one part to the next, and it grew by at least three. Undefined = it does not leak, or there is not enough
 * to say so: a pool that is only busy comes down now and then.
 */
export function leakIn(buckets: readonly PoolBucket[]): PoolLeak | undefined {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (!first || !last || buckets.length < leastLeakBuckets) return undefined;
  const parts = 4;
  const lows = Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * buckets.length) / parts);
    const to = Math.floor(((part + 1) * buckets.length) / parts);
    return Math.min(...buckets.slice(from, to).map(({ leastOut }) => leastOut));
  });
  const [lowest = 0] = lows;
  const growth = (lows.at(-1) ?? 0) - lowest;
  const isSteady = lows.every((low, index) => index === 0 || low >= (lows[index - 1] ?? 0));
  if (!isSteady || growth < leastLeakGrowth) return undefined;
  return { growth, fromAt: first.startAt, toAt: last.startAt, buckets: buckets.length };
}

/**
 * Several pools as one, in the widest of their steps: what all of them had out at once at most is at most the sum of
 * their buckets' maxima. At most `mostPoolBuckets`, the newest.
 */
export function summedBuckets(
  timelines: readonly { readonly buckets: readonly PoolBucket[]; readonly bucketMs: number }[],
): PoolBucket[] {
  const [first] = timelines;
  if (timelines.length === 1 && first) return [...first.buckets];
  const bucketMs = Math.max(firstBucketMs, ...timelines.map((each) => each.bucketMs));
  const starts = new Set(
    timelines.flatMap(({ buckets }) =>
      buckets.map(({ startAt }) => Math.floor(startAt / bucketMs) * bucketMs),
    ),
  );
  const walks = timelines.map(({ buckets }) => new Walk(buckets, bucketMs));
  return [...starts]
    .sort((a, b) => a - b)
    .map((startAt) => sumOf(startAt, walks))
    .slice(-mostPoolBuckets);
}

function sumOf(startAt: number, walks: readonly Walk[]): PoolBucket {
  const sum = { startAt, leastOut: 0, mostOut: 0, out: 0, mostWaiting: 0, timeouts: 0 };
  for (const walk of walks) {
    const part = walk.at(startAt);
    sum.leastOut += part.leastOut;
    sum.mostOut += part.mostOut;
    sum.out += part.out;
    sum.mostWaiting += part.mostWaiting;
    sum.timeouts += part.timeouts;
  }
  return sum;
}

/** Goes through the buckets of one pool in another's steps. */
class Walk {
  readonly #buckets: readonly PoolBucket[];
  readonly #bucketMs: number;
  #next = 0;
  #out = 0;

  constructor(buckets: readonly PoolBucket[], bucketMs: number) {
    this.#buckets = buckets;
    this.#bucketMs = bucketMs;
  }

  at(startAt: number): PoolBucket {
    const sum = {
      startAt,
      leastOut: this.#out,
      mostOut: this.#out,
      out: this.#out,
      mostWaiting: 0,
      timeouts: 0,
    };
    for (;;) {
      const bucket = this.#buckets[this.#next];
      if (!bucket || bucket.startAt >= startAt + this.#bucketMs) return sum;
      this.#next += 1;
      this.#out = bucket.out;
      sum.leastOut = Math.min(sum.leastOut, bucket.leastOut);
      sum.mostOut = Math.max(sum.mostOut, bucket.mostOut);
      sum.out = bucket.out;
      sum.mostWaiting = Math.max(sum.mostWaiting, bucket.mostWaiting);
      sum.timeouts += bucket.timeouts;
    }
  }
}
