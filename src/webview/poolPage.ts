import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { poolPageStrings } from '../core/report/poolPageStrings.ts';
import type { PoolChart } from '../core/pool/poolSnapshot.ts';
import { renderSentence } from '../core/sentence.ts';
import type { FromPoolPage, ToPoolPage } from '../protocol/pageMessages.ts';
import { element, setText } from './element.ts';
import { createFormat, type Format } from './format.ts';
import type { PoolCurve } from './poolCurve.ts';
import { bucketAt } from './poolCurve.ts';
import { drawPool, instantAt } from './poolPicture.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPoolPage): void };

type StringKey = keyof typeof poolPageStrings;

/** Rows of the table: the newest buckets. */
const mostRows = 200;
const pictureHeight = 320;
const stepsByKey: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity },
};

/** The page with the chart of one pool: drawn anew with each message. */
class PoolPage {
  readonly #heading = element('h1');
  readonly #nothing = element('p', { hidden: '' });
  readonly #svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  readonly #figure = element('div', { class: 'picture' });
  readonly #legend = element('ul', { class: 'legend' });
  readonly #readout = element('p', { class: 'readout' });
  readonly #summary = element('summary');
  readonly #rows = element('tbody');
  readonly #head = element('tr');
  #strings: Readonly<Record<string, string>> = {};
  #format: Format = createFormat('en');
  #chart: PoolChart | undefined;
  #curve: PoolCurve | undefined;
  /** Where the bucket that is looked at begins: that stays while buckets are put together; undefined = the newest. */
  #lookedAt: number | undefined;

  constructor() {
    this.#svg.setAttribute('tabindex', '0');
    this.#svg.setAttribute('role', 'slider');
    this.#figure.append(this.#svg);
    const table = element('table', {}, element('thead', {}, this.#head), this.#rows);
    const details = element('details', {}, this.#summary, table);
    document.body.append(
      element('main', {}, this.#heading, this.#readout, this.#nothing, this.#figure, this.#legend, details),
    );
    this.#svg.addEventListener('pointermove', (event) => this.#point(event.offsetX));
    this.#svg.addEventListener('pointerleave', () => this.#look(undefined));
    this.#svg.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(this.#figure);
  }

  receive(message: ToPoolPage): void {
    if (message.type === 'strings') {
      this.#strings = message.strings;
      this.#format = createFormat(message.locale);
    } else this.#chart = message.chart;
    this.#draw();
  }

  #say(key: StringKey, ...args: (string | number)[]): string {
    return renderSentence({ message: this.#strings[key] ?? poolPageStrings[key], args });
  }

  #draw(): void {
    const chart = this.#chart;
    if (!chart) return;
    const { size, limit } = chart;
    const name = this.#name(chart);
    setText(this.#heading, this.#say('title', name));
    this.#svg.setAttribute('aria-label', this.#say('chart', name));
    const words = {
      size: size === undefined ? undefined : this.#say('size', size),
      limit: limit === undefined ? undefined : this.#say('limit', limit),
    };
    const at = this.#lookedAt === undefined ? undefined : chart.buckets[this.#indexIn(chart)]?.startAt;
    const extent = { width: Math.max(200, this.#figure.clientWidth), height: pictureHeight };
    this.#curve = drawPool(this.#svg, chart, extent, { words, format: this.#format, at });
    const isEmpty = chart.buckets.length === 0;
    this.#nothing.hidden = !isEmpty;
    this.#figure.hidden = isEmpty;
    setText(this.#nothing, this.#say('nothing'));
    this.#drawLegend();
    this.#drawReadout(chart);
    this.#drawTable(chart);
  }

  #name({ label, pool }: PoolChart): string {
    const source = showControlCharacters(label);
    return pool === undefined
      ? this.#say('all', source)
      : this.#say('ofSource', showControlCharacters(pool), source);
  }

  #drawLegend(): void {
    const entries = (['checkedOut', 'most', 'waiting', 'givenUp'] as const).map((key) =>
      element('li', { class: `of-${key}` }, this.#say(key)),
    );
    this.#legend.replaceChildren(...entries);
  }

  #drawReadout(chart: PoolChart): void {
    setText(this.#readout, this.#readoutOf(chart));
    // Who is at the chart hears an answer to each key: what comes meanwhile would talk over it.
    if (document.activeElement !== this.#svg) this.#speak(chart);
  }

  #speak(chart: PoolChart): void {
    this.#svg.setAttribute('aria-valuemin', '1');
    this.#svg.setAttribute('aria-valuemax', String(chart.buckets.length));
    this.#svg.setAttribute('aria-valuenow', String(this.#indexIn(chart) + 1));
    this.#svg.setAttribute('aria-valuetext', this.#readoutOf(chart));
  }

  #readoutOf(chart: PoolChart): string {
    const bucket = chart.buckets[this.#indexIn(chart)];
    if (!bucket) return '';
    const { startAt, out, mostWaiting, timeouts } = bucket;
    const said = this.#say('now', ...[out, mostWaiting, timeouts].map(this.#format.number));
    return `${this.#format.full(startAt)} · ${said}`;
  }

  #indexIn({ buckets }: PoolChart): number {
    return this.#lookedAt === undefined ? buckets.length - 1 : (bucketAt(buckets, this.#lookedAt) ?? 0);
  }

  #drawTable({ buckets }: PoolChart): void {
    setText(this.#summary, this.#say('table'));
    const titles = (['from', 'checkedOut', 'most', 'waiting', 'givenUp'] as const).map((key) =>
      element('th', { scope: 'col' }, this.#say(key)),
    );
    this.#head.replaceChildren(...titles);
    const rows = buckets
      .slice(-mostRows)
      .reverse()
      .map(({ startAt, out, mostOut, mostWaiting, timeouts }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, this.#format.full(startAt)),
          ...[out, mostOut, mostWaiting, timeouts].map((value) =>
            element('td', {}, this.#format.number(value)),
          ),
        ),
      );
    this.#rows.replaceChildren(...rows);
  }

  #point(x: number): void {
    if (!this.#curve || !this.#chart) return;
    const { buckets } = this.#chart;
    const index = bucketAt(buckets, instantAt(this.#curve, x, this.#figure.clientWidth));
    this.#look(index === undefined ? undefined : buckets[index]?.startAt);
  }

  #key(event: KeyboardEvent): void {
    const by = stepsByKey[event.key];
    const chart = this.#chart;
    if (!chart || (by === undefined && event.key !== 'Escape')) return;
    event.preventDefault();
    this.#look(by === undefined ? undefined : this.#steppedTo(chart, by));
    this.#speak(chart);
  }

  #steppedTo(chart: PoolChart, by: number): number | undefined {
    const { buckets } = chart;
    return buckets[Math.min(buckets.length - 1, Math.max(0, this.#indexIn(chart) + by))]?.startAt;
  }

  #look(at: number | undefined): void {
    if (at === this.#lookedAt) return;
    this.#lookedAt = at;
    this.#draw();
  }
}

const page = new PoolPage();
window.addEventListener('message', (event: MessageEvent<ToPoolPage>) => page.receive(event.data));
acquireVsCodeApi().postMessage({ type: 'ready' });
