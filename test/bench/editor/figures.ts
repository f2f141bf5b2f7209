/** One figure of the bench with its bound; undefined bound = told for information. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bound?: number;
}

/** `holds   activate, median of 5 …   3.1 ms (≤ 30)`. */
export function figureText({ what, value, unit, bound }: Figure): string {
  const verdict = bound === undefined ? '      ' : value <= bound ? 'holds ' : 'MISSED';
  const shown = value >= 100 ? value.toFixed(0) : value.toFixed(1);
  const limit = bound === undefined ? '' : `(≤ ${bound})`;
  return `${verdict}  ${what.padEnd(90)} ${shown.padStart(8)} ${unit.padEnd(6)} ${limit}`;
}

export function isMissed({ value, bound }: Figure): boolean {
  return bound !== undefined && value > bound;
}

/** The value that so large a share of all is not above; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
