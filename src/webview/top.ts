import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { dimensions, isNoFilter, type Dimension } from '../core/session/filter.ts';
import type { DashboardSnapshot, NameTally } from '../core/snapshot/dashboard.ts';
import { BarTable, type BarRow } from './barTable.ts';
import { element, setText } from './element.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

/** Who connected most often in the time shown: applications, or what the user would rather know. */
export class Top {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #by: HTMLSelectElement;
  readonly #table: BarTable;
  readonly #empty = element('p', { class: 'empty', hidden: '' });
  readonly #cut = element('p', { class: 'note', hidden: '' });
  #snapshot: DashboardSnapshot | undefined;

  constructor(words: Words, format: Format, by: Dimension, remember: (by: Dimension) => void) {
    this.#words = words;
    this.#format = format;
    this.#by = element('select', { 'aria-label': words.say('top.by') });
    for (const dimension of dimensions)
      this.#by.append(element('option', { value: dimension }, words.say(`top.${dimension}`)));
    this.#by.value = by;
    this.#by.addEventListener('change', () => {
      remember(this.#dimension());
      if (this.#snapshot) this.draw(this.#snapshot);
    });
    const columns = [words.say('column.name'), words.say('column.connects'), words.say('column.active')];
    this.#table = new BarTable(columns);
    const bar = element('div', { class: 'bar' }, element('h2', {}, words.say('top.title')), this.#by);
    const table = element('div', { class: 'scroll' }, this.#table.element, this.#cut);
    this.element = element('section', { class: 'top' }, bar, table, this.#empty);
  }

  draw(snapshot: DashboardSnapshot): void {
    this.#snapshot = snapshot;
    const dimension = this.#dimension();
    const { names, others } = snapshot.top[dimension];
    this.#empty.hidden = names.length > 0;
    this.#table.element.hidden = names.length === 0;
    const emptyKey = isNoFilter(snapshot.status.filter) ? 'top.empty' : 'top.filtered';
    setText(this.#empty, this.#words.say(emptyKey));
    this.#drawCut(snapshot);
    const most = Math.max(1, names[0]?.connects ?? 0);
    const rows = names.map((name) => this.#row(name, most));
    // The sum of many has no bar: it is no name, and may be longer than any.
    if (others.names > 0)
      rows.push({
        label: this.#words.count('top.others', others.names, this.#format.number(others.names)),
        ...{ share: 0, numbers: this.#numbers(others), quiet: true },
      });
    this.#table.draw(this.#words.say(`top.tableLabel.${dimension}`), rows);
  }

  /** Not all connects are stored with their names, or not any more. */
  #drawCut({ topOf, totals }: DashboardSnapshot): void {
    const { number } = this.#format;
    this.#cut.hidden = topOf >= totals.connects;
    setText(this.#cut, this.#words.say('top.cut', number(topOf), number(totals.connects)));
  }

  #row(tally: NameTally, most: number): BarRow {
    const name = tally.name === undefined ? this.#words.say('feed.unknown') : tally.name;
    return {
      label: showControlCharacters(name),
      share: tally.connects / most,
      numbers: this.#numbers(tally),
      quiet: tally.name === undefined,
    };
  }

  #numbers({ connects, active }: Pick<NameTally, 'connects' | 'active'>): string[] {
    return [this.#format.number(connects), this.#format.number(active)];
  }

  #dimension(): Dimension {
    return dimensions.find((dimension) => dimension === this.#by.value) ?? 'application';
  }
}
