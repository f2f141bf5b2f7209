/** A stretch of time, in ms since the epoch. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Nothing shorter is looked at: so many of the history's buckets. */
const fewestBuckets = 4;

/**
 * What stretch of the history the chart shows: all of it, or a part that the user zoomed into. A part that reaches to
 * the newest bucket goes on with it.
 */
export class ChartView {
  #part: TimeRange | undefined;
  #whole: TimeRange = { from: 0, to: 0 };
  #bucketMs = 1;

  /** The history is now this; what is shown of it may move. */
  update(whole: TimeRange, bucketMs: number): void {
    const before = this.#whole;
    this.#whole = whole;
    this.#bucketMs = bucketMs;
    if (!this.#part) return;
    const { from, to } = this.#part;
    this.show(to >= before.to ? { from: from + whole.to - to, to: whole.to } : { from, to });
  }

  get range(): TimeRange {
    return this.#part ?? this.#whole;
  }

  get isZoomed(): boolean {
    return this.#part !== undefined;
  }

  /** Shows this stretch, cut and moved to where there is history; all of it where it would be as long. */
  show({ from, to }: TimeRange): void {
    const whole = this.#whole;
    const span = Math.max(to - from, fewestBuckets * this.#bucketMs);
    if (span >= whole.to - whole.from) {
      this.#part = undefined;
      return;
    }
    const start = Math.min(Math.max(from - (span - (to - from)) / 2, whole.from), whole.to - span);
    // Whole ms: of a time axis with fractions, the labels read a minute early.
    this.#part = { from: Math.round(start), to: Math.round(start + span) };
  }

  /** Makes the stretch `factor` times as long; what is at `at` stays where it is. */
  zoom(factor: number, at: number): void {
    const { from, to } = this.range;
    const wanted = (to - from) * factor;
    const span = Math.max(wanted, fewestBuckets * this.#bucketMs);
    const start = at - ((at - from) / (to - from)) * span;
    this.show({ from: start, to: start + span });
  }

  /** Moves the stretch; ±Infinity: to an end. */
  pan(byMs: number): void {
    if (!this.#part) return;
    const { from, to } = this.#part;
    const by = Math.min(Math.max(byMs, this.#whole.from - from), this.#whole.to - to);
    this.#part = { from: Math.round(from + by), to: Math.round(to + by) };
  }

  showAll(): void {
    this.#part = undefined;
  }
}
