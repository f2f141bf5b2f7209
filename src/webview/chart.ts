import uPlot from 'uplot';
import type { DashboardSnapshot } from '../core/snapshot.ts';
import { chartOptions } from './chartOptions.ts';
import { bucketAt, bucketMsOf, bucketOf, chartColumns, type Bucket } from './chartSeries.ts';
import { element } from './element.ts';
import type { Format } from './format.ts';
import { onThemeChange, readPalette } from './theme.ts';
import type { Words } from './words.ts';

/** Keys that move through the buckets: how far from the selected one, or to which end. */
const moves: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 },
  ...{ PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity },
};

/** The history as a chart. It can be focused, and is read like a slider: one bucket after the other. */
export class HistoryChart {
  readonly element: HTMLElement;
  readonly #onSelect: () => void;
  readonly #describe: (bucket: Bucket) => string;
  readonly #mark = element('div', { class: 'selected-bucket', hidden: '' });
  readonly #makePlot: (width: number, height: number) => uPlot;
  #plot: uPlot | undefined;
  #palette = readPalette();
  #snapshot: DashboardSnapshot | undefined;
  #selectedAt: number | undefined;

  constructor(words: Words, format: Format, describe: (bucket: Bucket) => string, onSelect: () => void) {
    this.#describe = describe;
    this.#onSelect = onSelect;
    this.element = element('div', {
      ...{ class: 'chart', tabindex: '0', role: 'slider' },
      'aria-label': words.say('history.chartLabel'),
    });
    const source = {
      format,
      restartLabel: words.say('history.restart'),
      snapshot: () => this.#snapshot,
      palette: () => this.#palette,
      bucketMs: () => (this.#snapshot ? bucketMsOf(this.#snapshot.history) : 1),
    };
    this.#makePlot = (width, height) =>
      new uPlot(chartOptions(source, width, height), this.#data(), this.element);
    this.#listen();
  }

  /** Draws the newest history; nothing is drawn while the chart is out of sight (its size is then 0). */
  draw(snapshot: DashboardSnapshot): void {
    this.#snapshot = snapshot;
    if (this.#plot) this.#plot.setData(this.#data());
    else this.#resize();
    this.#showSelected();
  }

  /** The bucket that the pointer or the keyboard points at, else the newest. */
  selected(): Bucket | undefined {
    const index = this.#selectedIndex();
    return this.#snapshot && index !== undefined ? bucketOf(this.#snapshot.history, index) : undefined;
  }

  #data(): uPlot.AlignedData {
    if (!this.#snapshot) return [[]];
    const { at, maxActive, active, connects, disconnects, ended } = chartColumns(this.#snapshot.history);
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
    else {
      this.#plot = this.#makePlot(width, height);
      this.#plot.over.append(this.#mark);
    }
    this.#showSelected();
  }

  #onPointer(event: MouseEvent): void {
    if (!this.#plot || !this.#snapshot) return;
    const left = event.clientX - this.#plot.over.getBoundingClientRect().left;
    const inside = left >= 0 && left < this.#plot.over.clientWidth;
    const index = inside ? bucketAt(this.#snapshot.history, this.#plot.posToVal(left, 'x')) : undefined;
    this.#select(index);
  }

  #onKey(event: KeyboardEvent): void {
    const move = moves[event.key];
    const last = (this.#snapshot?.history.startAt.length ?? 0) - 1;
    if (event.ctrlKey || event.altKey || event.metaKey || last < 0) return;
    if (event.key === 'Escape') this.#select(undefined);
    if (move === undefined) return;
    event.preventDefault();
    this.#select(Math.min(last, Math.max(0, (this.#selectedIndex() ?? last) + move)));
  }

  /** The selection is kept as an instant: it stays at its bucket while new ones come. */
  #select(index: number | undefined): void {
    this.#selectedAt = index === undefined ? undefined : this.#snapshot?.history.startAt[index];
    this.#showSelected();
    this.#onSelect();
  }

  #selectedIndex(): number | undefined {
    if (!this.#snapshot) return undefined;
    const { history } = this.#snapshot;
    return this.#selectedAt === undefined ? history.startAt.length - 1 : bucketAt(history, this.#selectedAt);
  }

  #showSelected(): void {
    const bucket = this.selected();
    this.#mark.hidden = this.#selectedAt === undefined || !bucket;
    if (!bucket || !this.#plot) return;
    const left = this.#plot.valToPos(bucket.startAt, 'x');
    this.#mark.style.left = `${left}px`;
    this.#mark.style.width = `${Math.max(1, this.#plot.valToPos(bucket.endAt, 'x') - left)}px`;
    this.element.setAttribute('aria-valuemin', '1');
    this.element.setAttribute('aria-valuemax', String(this.#snapshot?.history.startAt.length ?? 1));
    this.element.setAttribute('aria-valuenow', String((this.#selectedIndex() ?? 0) + 1));
    this.element.setAttribute('aria-valuetext', this.#describe(bucket));
  }
}
