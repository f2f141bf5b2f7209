import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import { bucketOf } from './chartSeries.ts';
import { element, setText } from './element.ts';
import type { Format } from './format.ts';
import { bucketTexts, bucketValues, spanText } from './readout.ts';
import type { Words } from './words.ts';

/** More rows than anybody reads; the chart shows them all. */
const mostRows = 1000;

/** The history's numbers as a table, newest first. */
export class HistoryTable {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #zero: string;
  readonly #body = element('tbody');
  readonly #cut = element('caption', { hidden: '' });

  constructor(words: Words, format: Format) {
    this.#words = words;
    this.#format = format;
    this.#zero = format.number(0);
    const heading = (text: string): HTMLElement => element('th', { scope: 'col' }, text);
    const headings = [
      heading(words.say('column.interval')),
      ...bucketValues.map((name) => heading(words.say(`column.${name}`))),
    ];
    const table = element(
      'table',
      { 'aria-label': words.say('history.tableLabel') },
      this.#cut,
      element('thead', {}, element('tr', {}, ...headings)),
      this.#body,
    );
    this.element = element('div', { class: 'table', tabindex: '0', hidden: '' }, table);
  }

  draw(snapshot: DashboardSnapshot): void {
    const { history, beganAt } = snapshot;
    const all = history.startAt.length;
    const rows = Math.min(all, mostRows);
    this.#cut.hidden = rows === all;
    setText(
      this.#cut,
      this.#words.say('history.tableCut', this.#format.number(rows), this.#format.number(all)),
    );
    while (this.#body.rows.length > rows) this.#body.deleteRow(-1);
    for (let index = 0; index < rows; index++) {
      const bucket = bucketOf(history, all - 1 - index, beganAt);
      if (!bucket) continue;
      const span = spanText(bucket, snapshot, this.#words, this.#format);
      this.#drawRow(index, [span, ...bucketTexts(bucket, this.#format)]);
    }
  }

  #drawRow(index: number, texts: readonly string[]): void {
    const row = this.#body.rows[index] ?? this.#addRow();
    texts.forEach((text, column) => {
      const cell = row.cells[column];
      if (!cell) return;
      setText(cell, text);
      cell.classList.toggle('zero', text === this.#zero);
    });
  }

  #addRow(): HTMLTableRowElement {
    const values = bucketValues.map(() => element('td'));
    const row = element('tr', {}, element('th', { scope: 'row' }), ...values);
    this.#body.append(row);
    return row;
  }
}
