/** A clock that all processes of one machine share, ms. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What a row of latencies is shown by, ms; undefined where there were none. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly most: number | undefined;
}

/** The percentiles of values in any order; the nearest rank, never a value between two. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number): number | undefined => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) };
}

/**
 * How long each event took: from when it was written, as the n-th of its kind, to when n were told. Events that were
 * never told are left out (they are counted as lost).
 */
export function latencies(
  written: { readonly at: readonly number[]; readonly by: readonly number[] },
  told: { readonly at: readonly number[]; readonly by: readonly number[] },
  before = 0,
): number[] {
  const result: number[] = [];
  let counted = before;
  let reader = 0;
  for (const [index, number] of written.by.entries()) {
    if (number === counted) continue;
    counted = number;
    while (reader < told.by.length && (told.by[reader] ?? 0) < number) reader += 1;
    const toldAt = told.at[reader];
    if (toldAt === undefined) break;
    result.push(toldAt - (written.at[index] ?? NaN));
  }
  return result;
}

/** `0.26`, `12.4`, `105`: as many digits as can be trusted. */
export function shownMs(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : String(Math.round(ms));
}
