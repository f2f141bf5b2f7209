import { isNoFilter } from '../core/session/filter.ts';
import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { PageStringKey } from '../core/report/pageStrings.ts';
import { HistoryChart } from './chart.ts';
import { isEmptyHistory } from './chartSeries.ts';
import { element, setText } from './element.ts';
import { EmptyText } from './emptyText.ts';
import type { Format } from './format.ts';
import { bucketSentence, Readout } from './readout.ts';
import { HistoryTable } from './table.ts';
import type { Words } from './words.ts';

/** A gesture is over when so long nothing has moved. */
const quietMs = 500;

/** What the user asks for in the history. */
export interface HistoryActions {
  readonly remember: (asTable: boolean) => void;
  readonly clearFilter: () => void;
}

/** The history: the chart with its legend, or the same numbers as a table; a sentence when there is nothing. */
export class History {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #chart: HistoryChart;
  readonly #readout: Readout;
  readonly #table: HistoryTable;
  readonly #empty: EmptyText;
  readonly #showAll = element('button', { class: 'quiet', type: 'button', hidden: '' });
  /** Tells a screen reader what stretch is shown. */
  readonly #shown = element('div', { class: 'visually-hidden', role: 'status' });
  readonly #toggle: HTMLButtonElement;
  #asTable: boolean;
  #telling: number | undefined;
  #snapshot: DashboardSnapshot | undefined;

  constructor(words: Words, format: Format, asTable: boolean, { remember, clearFilter }: HistoryActions) {
    this.#words = words;
    this.#asTable = asTable;
    this.#readout = new Readout(words, format);
    this.#table = new HistoryTable(words, format);
    this.#format = format;
    this.#chart = new HistoryChart(words, format, {
      describe: (bucket) => (this.#snapshot ? bucketSentence(bucket, this.#snapshot, words, format) : ''),
      selected: () => this.#drawReadout(),
      moved: () => this.#onMoved(),
    });
    this.#showAll.append(words.say('history.showAll'));
    this.#showAll.addEventListener('click', () => {
      this.#chart.showAll();
      this.#chart.element.focus();
    });
    this.#toggle = element('button', { class: 'quiet', type: 'button' }, words.say('history.asTable'));
    this.#toggle.addEventListener('click', () => {
      this.#asTable = !this.#asTable;
      remember(this.#asTable);
      if (this.#snapshot) this.draw(this.#snapshot);
    });
    this.#empty = new EmptyText(words, clearFilter, this.#toggle);
    const title = element('h2', {}, words.say('history.title'));
    const bar = element('div', { class: 'bar' }, title, this.#readout.span, this.#showAll, this.#toggle);
    const parts = [this.#chart.element, this.#readout.element, this.#table.element, this.#empty.element];
    this.element = element('section', { class: 'history' }, bar, ...parts, this.#shown);
  }

  draw(snapshot: DashboardSnapshot): void {
    this.#snapshot = snapshot;
    const empty = isEmptyHistory(snapshot.history);
    const showsChart = !empty && !this.#asTable;
    this.#chart.element.hidden = !showsChart;
    this.#readout.element.hidden = this.#readout.span.hidden = !showsChart;
    this.#table.element.hidden = empty || !this.#asTable;
    this.#showAll.hidden = !showsChart || !this.#chart.view.isZoomed;
    this.#toggle.setAttribute('aria-pressed', String(this.#asTable));
    const emptyKey = empty ? emptyKeyOf(snapshot) : undefined;
    this.#empty.draw(emptyKey && this.#words.say(emptyKey), emptyKey === 'history.filtered');
    if (empty) return this.#drawReadout();
    if (this.#asTable) this.#table.draw(snapshot);
    else this.#chart.draw(snapshot);
    this.#drawReadout();
  }

  #onMoved(): void {
    const { isZoomed, range } = this.#chart.view;
    const { say } = this.#words;
    this.#showAll.hidden = !isZoomed;
    clearTimeout(this.#telling);
    this.#telling = window.setTimeout(() => {
      const span = say('history.span', this.#format.full(range.from), this.#format.full(range.to));
      setText(this.#shown, isZoomed ? span : say('history.shownAll'));
    }, quietMs);
    this.#drawReadout();
  }

  #drawReadout(): void {
    if (!this.#snapshot) return;
    const { history } = this.#snapshot;
    this.#readout.draw(
      this.#chart.selected(),
      !this.#chart.pointsAtBucket,
      this.#snapshot,
      history.lost.some((lost) => lost > 0),
    );
  }
}

function emptyKeyOf({ status }: DashboardSnapshot): PageStringKey {
  if (status.state === 'reading') return 'history.reading';
  if (status.log.connectionLogging === 'off') return 'history.loggingOff';
  return isNoFilter(status.filter) ? 'history.empty' : 'history.filtered';
}
