import type { PoolChart } from '../core/pool/poolSnapshot.ts';
import type { PoolBucket } from '../core/pool/poolTimeline.ts';

/** Even a pool that was heard of just now gets a minute to be drawn in. */
const leastSpanMs = 60_000;
/** A log at rest ends where its newest line is; one that is written moves on with the clock. */
const restMs = 10 * 60_000;

/** Where the chart's parts are, in pixels of its picture. */
export interface PoolCurve {
  readonly fromAt: number;
  readonly toAt: number;
  /** What the upper edge means. */
  readonly top: number;
  readonly x: (at: number) => number;
  readonly y: (count: number) => number;
  /** SVG path data: checked out and waiting as steps, between least and most as an area. */
  readonly out: string;
  readonly range: string;
  readonly waiting: string;
  /** Where checkouts were given up. */
  readonly givenUp: readonly { readonly x: number; readonly count: number }[];
  /** Counts of the horizontal lines. */
  readonly lines: readonly number[];
  /** Instants of the labels below. */
  readonly times: readonly number[];
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Lays a chart out; undefined while there is no bucket. */
export function poolCurve(
  { buckets, bucketMs, size, limit, now }: PoolChart,
  { width, height }: Extent,
): PoolCurve | undefined {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (!first || !last) return undefined;
  const endAt = last.startAt + Math.max(bucketMs, 1000);
  const toAt = now - endAt < restMs ? Math.max(now, endAt) : endAt;
  const fromAt = Math.min(first.startAt, toAt - leastSpanMs);
  const most = buckets.reduce((top, each) => Math.max(top, each.mostOut, each.mostWaiting), 1);
  const step = roundStep(Math.max(most, size ?? 0, limit ?? 0));
  const top = step * Math.ceil((Math.max(most, size ?? 0, limit ?? 0) + 0.001) / step);
  const x = (at: number): number => round(((at - fromAt) / (toAt - fromAt)) * width);
  const y = (count: number): number => round(height - (Math.min(count, top) / top) * height);
  const walk = stepsOf(buckets, toAt);
  return {
    ...{ fromAt, toAt, top, x, y },
    out: steps(walk, ({ out }) => out, x, y),
    range: walk.map((each) => box(each, x, y)).join(''),
    waiting: steps(walk, ({ mostWaiting }) => mostWaiting, x, y),
    givenUp: buckets.flatMap(({ startAt, timeouts }) =>
      timeouts > 0 ? [{ x: x(startAt + bucketMs / 2), count: timeouts }] : [],
    ),
    lines: Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step),
    times: timesBetween(fromAt, toAt, Math.max(2, Math.floor(width / 110))),
  };
}

/** The bucket that an instant falls into, or the one before; undefined = it is before all. */
export function bucketAt(buckets: readonly PoolBucket[], at: number): number | undefined {
  const index = buckets.findLastIndex(({ startAt }) => startAt <= at);
  return index < 0 ? undefined : index;
}

interface Step extends PoolBucket {
  readonly untilAt: number;
}

/** Each lasts until the next begins: between two lines of a log nothing changes. */
function stepsOf(buckets: readonly PoolBucket[], toAt: number): Step[] {
  return buckets.map((bucket, index) => ({ ...bucket, untilAt: buckets[index + 1]?.startAt ?? toAt }));
}

type Scale = (value: number) => number;

function steps(walk: readonly Step[], of: (step: Step) => number, x: Scale, y: Scale): string {
  return walk
    .map((each, index) => {
      const [from, to, at] = [x(each.startAt), x(each.untilAt), y(of(each))];
      return `${index === 0 ? `M${from} ${at}` : `V${at}`}H${to}`;
    })
    .join('');
}

function box({ startAt, untilAt, leastOut, mostOut }: Step, x: Scale, y: Scale): string {
  return `M${x(startAt)} ${y(mostOut)}H${x(untilAt)}V${y(leastOut)}H${x(startAt)}Z`;
}

/** 1, 2 or 5 times a power of ten: about five lines. */
function roundStep(most: number): number {
  const rough = Math.max(1, most / 5);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return step * power;
}

const stepsMs = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);

function timesBetween(fromAt: number, toAt: number, most: number): number[] {
  const rough = (toAt - fromAt) / most;
  const stepMs = stepsMs.find((each) => each >= rough) ?? Math.ceil(rough / 86_400_000) * 86_400_000;
  const first = Math.ceil(fromAt / stepMs) * stepMs;
  const count = Math.max(0, Math.floor((toAt - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
