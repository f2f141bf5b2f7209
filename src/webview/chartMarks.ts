import uPlot from 'uplot';
import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import { bucketMsOf } from './chartSeries.ts';
import type { Palette } from './theme.ts';

/** What the marks are drawn from: the newest snapshot, the theme, and the words beside starts of the server. */
export interface MarkSource {
  readonly snapshot: () => DashboardSnapshot | undefined;
  readonly palette: () => Palette;
  readonly startLabel: string;
  readonly restartLabel: string;
}

/**
 * A path builder for bars that fill their bucket, from 0 (or from the end of another series' bar) up or down; a bar
 * of anything is at least a pixel high.
 */
export function bucketBars(bucketMs: () => number, baseSeries?: number): uPlot.Series.PathBuilder {
  return (plot, seriesIndex, from, to) => {
    const fill = new Path2D();
    const scale = plot.series[seriesIndex]?.scale ?? '';
    for (let index = from; index <= to; index++) {
      const value = plot.data[seriesIndex]?.[index] ?? 0;
      const base = baseSeries === undefined ? 0 : (plot.data[baseSeries]?.[index] ?? 0);
      const at = plot.data[0][index];
      if (value === base || at === undefined) continue;
      const [left, width] = barSpan(plot, at, bucketMs());
      const start = Math.round(plot.valToPos(base, scale, true));
      const height = Math.max(uPlot.pxRatio, Math.abs(Math.round(plot.valToPos(value, scale, true)) - start));
      fill.rect(left, value > base ? start - height : start, width, height);
    }
    return { fill };
  };
}

/** Where a bucket's bar stands in canvas pixels: its share of the axis less a gap; 1 px at least, 24 at most. */
function barSpan(plot: uPlot, startAt: number, bucketMs: number): [left: number, width: number] {
  const start = plot.valToPos(startAt, 'x', true);
  const whole = plot.valToPos(startAt + bucketMs, 'x', true) - start;
  const width = Math.min(24 * uPlot.pxRatio, Math.max(uPlot.pxRatio, whole * 0.7));
  return [Math.round(start + (whole - width) / 2), Math.max(1, Math.round(width))];
}

/** Draws what has a place in time but no height: failures along the top, and starts of the server. */
export function drawMarks(plot: uPlot, source: MarkSource): void {
  const snapshot = source.snapshot();
  if (!snapshot) return;
  plot.ctx.save();
  drawStarts(plot, source, snapshot);
  drawFailures(plot, source.palette().failures, snapshot);
  plot.ctx.restore();
}

/** A triangle that points down at every bucket with failures: a shape of its own, not only a colour. */
function drawFailures(plot: uPlot, colour: string, { history }: DashboardSnapshot): void {
  const { ctx, bbox } = plot;
  const bucketMs = bucketMsOf(history);
  const [, width] = barSpan(plot, history.startAt[0] ?? 0, bucketMs);
  const high = 4 * uPlot.pxRatio;
  const half = Math.min(high, Math.max(width, uPlot.pxRatio * 1.5));
  ctx.fillStyle = colour;
  ctx.beginPath();
  history.failures.forEach((failures, index) => {
    const startAt = history.startAt[index];
    if (failures === 0 || startAt === undefined) return;
    const x = plot.valToPos(startAt + bucketMs / 2, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.moveTo(x - half, bbox.top - high);
    ctx.lineTo(x + half, bbox.top - high);
    ctx.lineTo(x, bbox.top + high);
    ctx.closePath();
  });
  ctx.fill();
}

/** Dashed lines over both lanes; a label only where it does not run into the one before or out of the chart. */
function drawStarts(plot: uPlot, source: MarkSource, snapshot: DashboardSnapshot): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const { restart, font } = source.palette();
  ctx.font = font.replace('11px', `${11 * ratio}px`);
  ctx.textBaseline = 'bottom';
  ctx.fillStyle = ctx.strokeStyle = restart;
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 3 * ratio]);
  ctx.beginPath();
  let labelEnd = -Infinity;
  for (const restartAt of snapshot.restartsAt) {
    const x = Math.round(plot.valToPos(restartAt, 'x', true)) + ratio / 2;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.moveTo(x, bbox.top - 6 * ratio);
    ctx.lineTo(x, bbox.top + bbox.height);
    const label = restartAt === snapshot.firstStartAt ? source.startLabel : source.restartLabel;
    const labelWidth = ctx.measureText(label).width;
    const left = Math.min(x - labelWidth / 2, bbox.left + bbox.width - labelWidth);
    if (left < labelEnd) continue;
    ctx.fillText(label, left, bbox.top - 7 * ratio);
    labelEnd = left + labelWidth + 6 * ratio;
  }
  ctx.stroke();
}
