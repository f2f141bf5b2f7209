import { isNoFilter } from '../core/session/filter.ts';
import { lengthBoundsMs } from '../core/session/sessionLengths.ts';
import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import { BarTable, type BarRow } from './barTable.ts';
import { element, setText } from './element.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

/** How long the sessions lasted that ended in the time shown, as a histogram. */
export class Lengths {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #labels: readonly string[];
  readonly #table: BarTable;
  readonly #empty = element('p', { class: 'empty', hidden: '' });

  constructor(words: Words, format: Format) {
    this.#words = words;
    this.#format = format;
    this.#labels = classLabels(words, format);
    this.#table = new BarTable([words.say('column.length'), words.say('column.sessions')]);
    const bar = element('div', { class: 'bar' }, element('h2', {}, words.say('lengths.title')));
    const table = element('div', { class: 'scroll' }, this.#table.element);
    this.element = element('section', { class: 'lengths' }, bar, table, this.#empty);
  }

  draw({ lengths, status }: DashboardSnapshot): void {
    const most = Math.max(...lengths);
    this.#table.element.hidden = most === 0;
    this.#empty.hidden = most > 0;
    if (most === 0) {
      const key = isNoFilter(status.filter) ? 'lengths.empty' : 'lengths.filtered';
      setText(this.#empty, this.#words.say(key));
      return;
    }
    const rows = lengths.map((count, index): BarRow => ({
      label: this.#labels[index] ?? '',
      share: count / most,
      numbers: [this.#format.number(count)],
      quiet: count === 0,
    }));
    this.#table.draw(this.#words.say('lengths.tableLabel'), rows);
  }
}

/** `under 10 ms`, `10 ms – 100 ms`, … `1 d and more`. */
function classLabels({ say }: Words, { duration }: Format): readonly string[] {
  const bounds = lengthBoundsMs.map((bound) => duration(bound));
  const between = bounds.slice(1).map((to, index) => say('lengths.between', bounds[index] ?? '', to));
  return [say('lengths.under', bounds[0] ?? ''), ...between, say('lengths.atLeast', bounds.at(-1) ?? '')];
}
