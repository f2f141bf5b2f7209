import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { poolPageStrings } from '../core/report/poolPageStrings.ts';
import type { PoolChart } from '../core/pool/poolSnapshot.ts';
import { renderSentence } from '../core/sentence.ts';
import type { FromPoolPage, ToPoolPage } from '../protocol.ts';
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
  ...{ ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity },
};

/** The page with the chart of one pool: drawn anew with each message. */
class PoolPage {
  readonly #heading = element('h1');
  readonly #nothing = element('p', { hidden: '' });
  readonly #svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  readonly #figure = element('div', { class: 'picture' });
  readonly #legend = element('ul', { class: 'legend' });
  readonly #readout = element('p', { class: 'readout', role: 'status' });
  readonly #summary = element('summary');
  readonly #rows = element('tbody');
  readonly #head = element('tr');
  #strings: Readonly<Record<string, string>> = {};
  #format: Format = createFormat('en');
  #chart: PoolChart | undefined;
  #curve: PoolCurve | undefined;
  /** The bucket that is looked at; undefined = the newest. */
  #index: number | undefined;

  constructor() {
    this.#svg.setAttribute('tabindex', '0');
    this.#svg.setAttribute('role', 'img');
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
    const at = this.#index === undefined ? undefined : chart.buckets[this.#index]?.startAt;
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

  #drawReadout({ buckets }: PoolChart): void {
    const bucket = buckets[this.#index ?? buckets.length - 1];
    if (!bucket) return setText(this.#readout, '');
    const { startAt, out, mostWaiting, timeouts } = bucket;
    const said = this.#say('now', ...[out, mostWaiting, timeouts].map(this.#format.number));
    setText(this.#readout, `${this.#format.full(startAt)} · ${said}`);
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
    this.#look(bucketAt(this.#chart.buckets, instantAt(this.#curve, x, this.#figure.clientWidth)));
  }

  #key(event: KeyboardEvent): void {
    const by = stepsByKey[event.key];
    const count = this.#chart?.buckets.length ?? 0;
    if (event.key === 'Escape') this.#look(undefined);
    if (by === undefined || count === 0) return;
    event.preventDefault();
    this.#look(Math.min(count - 1, Math.max(0, (this.#index ?? count - 1) + by)));
  }

  #look(index: number | undefined): void {
    if (index === this.#index) return;
    this.#index = index;
    this.#draw();
  }
}

const page = new PoolPage();
window.addEventListener('message', (event: MessageEvent<ToPoolPage>) => page.receive(event.data));
acquireVsCodeApi().postMessage({ type: 'ready' });
