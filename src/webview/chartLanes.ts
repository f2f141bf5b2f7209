/**
 * The chart's two lanes: who is connected above, who came and left below. Each lane has a scale of its own; the
 * scale's range is stretched over the whole height so that its data fall into its lane.
 */

/** Share of the height that the upper lane takes, and the space between the lanes. */
const upperShare = 0.62;
const betweenShare = 0.06;
const lowerShare = 1 - upperShare - betweenShare;
/** Space above the highest value, as a share of it. */
const headroom = 0.06;
/** Least distance of two labels of an axis, in CSS pixels. */
const labelSpace = 24;
/** What computing with shares may be off by. */
const rounding = 1e-6;

/** What an axis goes from and to. */
export interface ScaleRange {
  readonly min: number;
  readonly max: number;
}

/** Range of the upper lane's scale, whose values go from 0 to `highest`. */
export function upperRange(highest: number): ScaleRange {
  const max = Math.max(highest, 1) * (1 + headroom);
  return { min: (-max * (1 - upperShare)) / upperShare, max };
}

/** Where the upper lane's axis is labelled: whole numbers, 0 first, none outside of the lane. */
export function upperSteps({ max }: ScaleRange, heightPx: number): number[] {
  return wholeSteps(Math.floor(max), (heightPx * upperShare) / labelSpace);
}

/** Range of the lower lane's scale, whose values go from −`down` to `up` (both ≥ 0). */
export function lowerRange(up: number, down: number): ScaleRange {
  const most = Math.max(up, down, 1);
  // Neither direction gets less than a third of the lane: a few bars beside none still stand on a middle line.
  const above = Math.max(up, most / 2);
  const below = Math.max(down, most / 2);
  return { min: -below, max: -below + (above + below) / lowerShare };
}

/**
 * Where the lower lane's axis is labelled: 0, and whole numbers in both directions, ascending; fewer where there is
 * no room (both directions have the same scale).
 */
export function lowerSteps({ min, max }: ScaleRange, heightPx: number): number[] {
  const roomPx = heightPx * lowerShare;
  if (roomPx < 1.2 * labelSpace) return [0];
  const above = (max - min) * lowerShare + min;
  const most = Math.floor(Math.max(above, -min) + rounding);
  const steps = wholeSteps(most, Math.max(1, Math.floor(roomPx / labelSpace / 2)));
  const down = roomPx < 1.8 * labelSpace ? [] : steps.slice(1).filter((step) => step <= -min + rounding);
  return [...down.map((step) => -step).reverse(), ...steps.filter((step) => step <= above + rounding)];
}

/**
 * Whole numbers 0, step, 2·step … up to `highest`, at most `atMost` of them after 0, but one at least where there is
 * room for a whole number; the step is 1, 2 or 5 times a power of ten.
 */
export function wholeSteps(highest: number, atMost: number): number[] {
  const step = wholeStep(highest / Math.max(Math.floor(atMost), 1), highest);
  const steps: number[] = [];
  for (let value = 0; value <= highest; value += step) steps.push(value);
  return steps;
}

/** The smallest such step that is not below `least`, else the largest that is not above `most`. */
function wholeStep(least: number, most: number): number {
  let below = 1;
  for (let power = 1; ; power *= 10) {
    for (const step of [power, 2 * power, 5 * power]) {
      if (step > most) return below;
      if (step >= least) return step;
      below = step;
    }
  }
}
