import type { Holdings } from './soakEngine.ts';

/** What is measured; sizes in MiB. */
export const columns = ['heap', 'buffers', 'resident', 'handles', 'descriptors'] as const;
export type Column = (typeof columns)[number];

/** How a column changed from the first half of a soak to the second. */
export interface Growth {
  readonly column: Column;
  /** What is held at the least in each half: the mean of its lowest fifth. */
  readonly first: number;
  readonly second: number;
  readonly growth: number;
  readonly tolerance: number;
}

/** In the first quarter everything that has a bound fills up. */
const fillingPart = 0.25;
const lowestPart = 0.2;

/** A part of what is held, and so many units beside it. */
const tolerances: Readonly<Record<Column, readonly [part: number, units: number]>> = {
  heap: [0.03, 1],
  buffers: [0.02, 0.5],
  resident: [0.02, 5],
  handles: [0, 0.5],
  descriptors: [0, 0.5],
};

/**
 * Compares the floors: what is held goes up and down by a third in some hours (maps of two generations, lists that are
 * cut when they are a tenth too long), which hides a slope, but a leak raises the floor too. Needs at least 20 samples,
 * and finds in 60 what grows by a fifth of a MiB or a handle each hour.
 */
export function growthOf(samples: readonly Holdings[], column: Column): Growth {
  const values = samples.map((sample) => sample[column]);
  const half = Math.floor(values.length / 2);
  const first = floorOf(values.slice(Math.floor(values.length * fillingPart), half));
  const second = floorOf(values.slice(half));
  const [part, units] = tolerances[column];
  return { column, first, second, growth: second - first, tolerance: part * first + units };
}

function floorOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const lowest = sorted.slice(0, Math.ceil(sorted.length * lowestPart));
  return lowest.reduce((sum, value) => sum + value, 0) / Math.max(1, lowest.length);
}
