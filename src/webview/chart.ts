import uPlot from 'uplot';
import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import { ChartGestures } from './chartGestures.ts';
import { chartKey } from './chartKeys.ts';
import { levelOf, wholeRange } from './chartLevels.ts';
import { chartOptions } from './chartOptions.ts';
import { bucketAt, bucketMsOf, bucketOf, chartColumns, type Bucket } from './chartSeries.ts';
import { ChartView, type TimeRange } from './chartView.ts';
import { element } from './element.ts';
import type { Format } from './format.ts';
import { onThemeChange, readPalette } from './theme.ts';
import type { Words } from './words.ts';

/** A bucket is at least this wide; more are put together. */
const leastBucketPx = 2;
const minuteMs = 60_000;

/** What the chart tells whoever shows it. */
export interface ChartListener {
  /** All values of a bucket in one sentence. */
  readonly describe: (bucket: Bucket) => string;
  /** Another bucket is selected. */
  readonly selected: () => void;
  /** Another stretch of time is shown. */
  readonly moved: () => void;
}

/** The history as a chart. It can be focused, and is read like a slider: one bucket after the other. */
export class HistoryChart {
  readonly element: HTMLElement;
  readonly view = new ChartView();
  readonly #listener: ChartListener;
  readonly #mark = element('div', { class: 'selected-bucket', hidden: '' });
  readonly #makePlot: (width: number, height: number) => uPlot;
  #plot: uPlot | undefined;
  #gestures: ChartGestures | undefined;
  #palette = readPalette();
  #snapshot: DashboardSnapshot | undefined;
  /** The snapshot with those buckets that are drawn. */
  #shown: DashboardSnapshot | undefined;
  #selectedAt: number | undefined;
  #isMoving = false;

  constructor(words: Words, format: Format, listener: ChartListener) {
    this.#listener = listener;
    this.element = element('div', {
      ...{ class: 'chart', tabindex: '0', role: 'slider' },
      'aria-label': words.say('history.chartLabel'),
    });
    const source = {
      format,
      startLabel: words.say('history.start'),
      restartLabel: words.say('history.restart'),
      snapshot: () => this.#shown,
      palette: () => this.#palette,
      range: () => this.view.range,
      bucketMs: () => (this.#shown ? bucketMsOf(this.#shown.history) : 1),
    };
    this.#makePlot = (width, height) =>
      new uPlot(chartOptions(source, width, height), this.#data(), this.element);
    this.#listen();
  }

  /** Draws the newest history; nothing is drawn while the chart is out of sight (its size is then 0). */
  draw(snapshot: DashboardSnapshot): void {
    this.#snapshot = snapshot;
    this.view.update(wholeRange(snapshot.history), bucketMsOf(snapshot.history));
    if (this.#plot) this.#drawPart();
    else this.#resize();
  }

  /** The bucket that the pointer or the keyboard points at, else the newest. */
  selected(): Bucket | undefined {
    const index = this.#selectedIndex();
    if (!this.#shown || index === undefined) return undefined;
    return bucketOf(this.#shown.history, index, this.#shown.beganAt);
  }

  /** True while the pointer or the keyboard points at a bucket. */
  get pointsAtBucket(): boolean {
    return this.#selectedAt !== undefined;
  }

  /** Shows all of the history again. */
  showAll(): void {
    this.#move((view) => view.showAll());
  }

  /** Another stretch is shown: drawn with the next picture of the screen, however many gestures come before it. */
  #move(change: (view: ChartView) => void): void {
    change(this.view);
    if (this.#isMoving) return;
    this.#isMoving = true;
    requestAnimationFrame(() => {
      this.#isMoving = false;
      this.#drawPart();
      this.#listener.moved();
    });
  }

  #drawPart(): void {
    if (!this.#plot || !this.#snapshot) return;
    this.#plot.setData(this.#data());
    this.#showSelected();
  }

  #data(): uPlot.AlignedData {
    if (!this.#snapshot) return [[]];
    const { history, beganAt, now } = this.#snapshot;
    const atMost = Math.max(10, Math.floor(this.element.clientWidth / leastBucketPx));
    const level = levelOf(history, this.view.range, atMost, -new Date(now).getTimezoneOffset());
    this.#shown = { ...this.#snapshot, history: level };
    const { at, maxActive, active, connects, disconnects, ended } = chartColumns(level, beganAt);
    return [at, maxActive, active, connects, disconnects, ended];
  }

  #listen(): void {
    new ResizeObserver(() => this.#resize()).observe(this.element);
    onThemeChange(() => {
      this.#palette = readPalette();
      this.#plot?.redraw(false);
    });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('mousemove', (event) => this.#onPointer(event));
    this.element.addEventListener('mouseleave', () => this.#select(undefined));
    this.element.addEventListener('blur', () => this.#select(undefined));
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0 || !this.#snapshot) return;
    if (this.#plot) this.#plot.setSize({ width, height });
    else this.#makePart(width, height);
    this.#drawPart();
  }

  #makePart(width: number, height: number): void {
    const plot = this.#makePlot(width, height);
    this.#plot = plot;
    plot.over.append(this.#mark);
    const at = (x: number): number => plot.posToVal(x, 'x');
    this.#gestures = new ChartGestures(plot.over, {
      zoom: (factor, x) => this.#move((view) => view.zoom(factor, at(x))),
      pan: (px) => this.#move((view) => view.pan(px * msPerPx(view.range, plot.over.clientWidth))),
      show: (from, to) => this.#move((view) => view.show({ from: at(from), to: at(to) })),
      showAll: () => this.showAll(),
      isZoomed: () => this.view.isZoomed,
    });
  }

  #onPointer(event: MouseEvent): void {
    if (!this.#plot || !this.#shown) return;
    const left = event.clientX - this.#plot.over.getBoundingClientRect().left;
    const inside = left >= 0 && left < this.#plot.over.clientWidth;
    this.#select(inside ? bucketAt(this.#shown.history, this.#plot.posToVal(left, 'x')) : undefined);
  }

  #onKey(event: KeyboardEvent): void {
    const wanted = chartKey(event);
    if (!wanted || !this.#shown) return;
    event.preventDefault();
    switch (wanted.kind) {
      case 'step':
        return this.#step(wanted.by);
      case 'pan':
        return this.#move((view) => view.pan((wanted.by * (view.range.to - view.range.from)) / 10));
      case 'zoom':
        return this.#move((view) => view.zoom(wanted.factor, this.#middleOfSelected()));
      case 'all':
        return this.showAll();
      case 'escape':
        return this.#escape();
    }
  }

  /** What was begun last is given up first. */
  #escape(): void {
    this.#gestures?.cancel();
    if (this.#selectedAt !== undefined) this.#select(undefined);
    else this.showAll();
  }

  /** To another bucket; past an end of what is shown, that moves along. */
  #step(by: number): void {
    const { history } = this.#shown ?? {};
    const last = (history?.startAt.length ?? 0) - 1;
    if (!history || last < 0) return;
    const to = (this.#selectedIndex() ?? last) + by;
    const beyond = to < 0 ? to : Math.max(0, to - last);
    if (beyond !== 0 && this.view.isZoomed) {
      this.view.pan(beyond * history.bucketMinutes * minuteMs);
      this.#drawPart();
      this.#listener.moved();
    }
    const newLast = (this.#shown?.history.startAt.length ?? 0) - 1;
    this.#select(to < 0 ? 0 : to > last ? newLast : to);
  }

  /** The selection is kept as an instant: it stays at its bucket while new ones come. */
  #select(index: number | undefined): void {
    this.#selectedAt = index === undefined ? undefined : this.#shown?.history.startAt[index];
    this.#showSelected();
    this.#listener.selected();
  }

  #selectedIndex(): number | undefined {
    if (!this.#shown) return undefined;
    const { history } = this.#shown;
    return this.#selectedAt === undefined ? history.startAt.length - 1 : bucketAt(history, this.#selectedAt);
  }

  #middleOfSelected(): number {
    const bucket = this.selected();
    const { from, to } = this.view.range;
    return bucket && this.#selectedAt !== undefined ? (bucket.startAt + bucket.endAt) / 2 : (from + to) / 2;
  }

  #showSelected(): void {
    const bucket = this.selected();
    this.#mark.hidden = this.#selectedAt === undefined || !bucket;
    if (!bucket || !this.#plot) return;
    const left = this.#plot.valToPos(bucket.startAt, 'x');
    this.#mark.style.left = `${left}px`;
    this.#mark.style.width = `${Math.max(1, this.#plot.valToPos(bucket.endAt, 'x') - left)}px`;
    this.element.setAttribute('aria-valuemin', '1');
    this.element.setAttribute('aria-valuemax', String(this.#shown?.history.startAt.length ?? 1));
    this.element.setAttribute('aria-valuenow', String((this.#selectedIndex() ?? 0) + 1));
    this.element.setAttribute('aria-valuetext', this.#listener.describe(bucket));
  }
}

function msPerPx({ from, to }: TimeRange, widthPx: number): number {
  return (to - from) / Math.max(1, widthPx);
}
