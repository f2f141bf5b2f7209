import uPlot from 'uplot';
import { lowerRange, lowerSteps, upperRange, upperSteps } from './chartLanes.ts';
import { bucketBars, drawMarks, type MarkSource } from './chartMarks.ts';
import type { TimeRange } from './chartView.ts';
import type { Format } from './format.ts';
import type { Palette } from './theme.ts';

/** The name of this number exists in uPlot's types only (Axis.Side.Right). */
const rightSide = 1;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** What may lie between two labels of the time axis: the labels tell minutes, so nothing shorter. */
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 5, 10, 30, 90, 365].map((days) => days * dayMs),
];
/** Space above the lanes, in CSS pixels: labels of restarts and the ticks of failures. */
const topSpace = 22;

/** What the chart's options are made of. */
export interface ChartSource extends MarkSource {
  readonly format: Format;
  readonly bucketMs: () => number;
  /** What stretch of time is shown. */
  readonly range: () => TimeRange;
}

/** Options of the chart: x in ms; series in the order of `chartColumns`; colours asked for at every draw. */
export function chartOptions(source: ChartSource, width: number, height: number): uPlot.Options {
  return {
    width,
    height,
    ms: 1,
    padding: [topSpace, 4, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: { time: true, range: () => [source.range().from, source.range().to] },
      upper: { range: (_plot, _min, max) => pair(upperRange(max)) },
      lower: { range: (_plot, min, max) => pair(lowerRange(max, -min)) },
    },
    series: chartSeries(source),
    bands: [{ series: [1, 2], fill: () => source.palette().maxFill }],
    axes: [timeAxis(source), ...laneAxes(source)],
    hooks: { draw: [(plot) => drawMarks(plot, source)] },
  };
}

const pair = ({ min, max }: { min: number; max: number }): [number, number] => [min, max];

function chartSeries(source: ChartSource): uPlot.Series[] {
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const colour = (name: keyof Palette) => () => source.palette()[name];
  const step = { scale: 'upper', points: { show: false }, ...(stepped && { paths: stepped }) };
  const bar = { scale: 'lower', points: { show: false }, paths: bucketBars(source.bucketMs) };
  return [
    {},
    { ...step, stroke: colour('maxFill'), width: 1 },
    { ...step, stroke: colour('active'), width: 1.5, fill: colour('activeFill') },
    { ...bar, fill: colour('connects') },
    { ...bar, fill: colour('disconnects') },
    { ...bar, fill: colour('lost'), paths: bucketBars(source.bucketMs, 4) },
  ];
}

function timeAxis({ format, palette, snapshot }: ChartSource): uPlot.Axis {
  return {
    stroke: () => palette().text,
    font: palette().font,
    space: 64,
    incrs: timeSteps,
    gap: 4,
    size: (_plot, values) =>
      (values as readonly string[] | null)?.some((value) => value.includes('\n')) ? 36 : 22,
    ticks: { show: false },
    grid: { stroke: () => palette().grid, width: 1 },
    values: (_plot, splits) =>
      splits.map((at, index) => timeLabel(format, at, splits[index - 1], snapshot()?.now ?? at)),
  };
}

/** `14:30`; the first label of a day that is not today has its date below it. */
function timeLabel(format: Format, at: number, before: number | undefined, now: number): string {
  if (before !== undefined && at - before >= dayMs) return format.date(at);
  const newDay = before === undefined ? !format.sameDay(at, now) : !format.sameDay(at, before);
  return newDay ? `${format.timeOfDay(at)}\n${format.date(at)}` : format.timeOfDay(at);
}

function laneAxes({ format, palette }: ChartSource): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: () => palette().text,
    font: palette().font,
    size: 36,
    gap: 4,
    ticks: { show: false },
    grid: { stroke: () => palette().grid, width: 1 },
    values: (_plot, splits) => splits.map((value) => format.compact(Math.abs(value))),
  };
  const lowerAxis: uPlot.Axis = {
    ...common,
    scale: 'lower',
    // Of its lines only the one at zero: the lanes' grids would otherwise run through each other.
    grid: { ...common.grid, filter: (_plot, splits) => splits.map((value) => (value === 0 ? 0 : null)) },
    splits: (plot, _axis, min, max) => lowerSteps({ min, max }, heightOf(plot)),
  };
  const heightOf = (plot: uPlot): number => plot.bbox.height / uPlot.pxRatio;
  return [
    {
      ...common,
      scale: 'upper',
      splits: (plot, _axis, min, max) => upperSteps({ min, max }, heightOf(plot)),
    },
    Object.assign(lowerAxis, { side: rightSide }),
  ];
}
