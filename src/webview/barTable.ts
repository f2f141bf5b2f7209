import { element, setText, setTitle } from './element.ts';

/** One row: what it is about, the number that its bar shows, and further numbers. */
export interface BarRow {
  readonly label: string;
  readonly title?: string;
  /** The bar's share of the longest one, 0…1. */
  readonly share: number;
  readonly numbers: readonly string[];
  /** Of lesser weight, as the sum of the others is. */
  readonly quiet?: boolean;
}

/** A table whose first number is drawn as a bar too: read as a table, seen as a chart. Rows are changed in place. */
export class BarTable {
  readonly element: HTMLTableElement;
  readonly #body = element('tbody');

  /** `columns`: headings, that of the label first. */
  constructor(columns: readonly string[]) {
    const [label = '', ...numbers] = columns;
    const headings = [
      element('th', { scope: 'col' }, label),
      // The bar itself is no news to who hears the number.
      element('td', { 'aria-hidden': 'true' }),
      ...numbers.map((text) => element('th', { scope: 'col' }, text)),
    ];
    const head = element('thead', {}, element('tr', {}, ...headings));
    this.element = element('table', { class: 'bars' }, head, this.#body);
  }

  draw(label: string, rows: readonly BarRow[]): void {
    if (this.element.ariaLabel !== label) this.element.ariaLabel = label;
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1);
    rows.forEach((row, index) => this.#drawRow(row, index));
  }

  #drawRow({ label, title = label, share, numbers, quiet = false }: BarRow, index: number): void {
    const row = this.#body.rows[index] ?? this.#addRow(numbers.length);
    row.classList.toggle('quiet', quiet);
    const [name, bar, ...cells] = row.cells;
    if (!name || !bar) return;
    setText(name, label);
    setTitle(name, title);
    const width = `${Math.ceil(share * 1000) / 10}%`;
    const drawn = bar.firstElementChild;
    if (drawn instanceof HTMLElement && drawn.style.width !== width) drawn.style.width = width;
    cells.forEach((cell, column) => setText(cell, numbers[column] ?? ''));
  }

  #addRow(numbers: number): HTMLTableRowElement {
    const bar = element('td', { class: 'bar-cell', 'aria-hidden': 'true' }, element('span'));
    const cells = Array.from({ length: numbers }, () => element('td'));
    const row = element('tr', {}, element('th', { scope: 'row' }), bar, ...cells);
    this.#body.append(row);
    return row;
  }
}
