import type { FeedRow } from '../core/snapshot/dashboard.ts';
import { element, icon } from './element.ts';
import { feedCells, feedLine, feedSentence, type FeedCells } from './feedRow.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

const signClass = { '+': 'came', '-': 'left', '!': 'refused' } as const;

/** What a click on a row asks for. */
export interface RowActions {
  readonly open: (row: FeedRow) => void;
  readonly copy: (text: string) => void;
}

interface DrawnRow {
  readonly row: FeedRow;
  readonly cells: FeedCells;
  readonly item: HTMLElement;
}

/** The rows of the feed in the page. Rows that stay are never touched: only new ones are added, old ones removed. */
export class FeedList {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #actions: RowActions;
  readonly #copyButton: HTMLButtonElement;
  #drawn: DrawnRow[] = [];

  constructor(words: Words, format: Format, actions: RowActions) {
    this.#words = words;
    this.#format = format;
    this.#actions = actions;
    this.element = element('ol', { class: 'rows', tabindex: '0', 'aria-label': words.say('feed.label') });
    this.#copyButton = element('button', { class: 'copy', type: 'button' }, icon('copy'));
    for (const name of ['title', 'aria-label']) this.#copyButton.setAttribute(name, words.say('feed.copy'));
    this.#listen();
  }

  /** Makes the page's rows equal to these; costs the difference where one continues the other. */
  draw(rows: readonly FeedRow[]): void {
    const kept = this.#keep(rows);
    const added = rows.slice(kept).map((row) => this.#make(row));
    this.element.append(...added.map(({ item }) => item));
    this.#drawn.push(...added);
  }

  /** Removes the rows that left at the top, or all when the new rows do not continue the old ones; how many stay. */
  #keep(rows: readonly FeedRow[]): number {
    const first = rows[0];
    const from = first ? this.#drawn.findIndex(({ row }) => isSame(row, first)) : -1;
    const stays = from < 0 ? [] : this.#drawn.slice(from);
    const continues =
      stays.length <= rows.length && stays.every(({ row }, index) => isSame(row, rows[index]));
    const kept = continues ? stays : [];
    const hadFocus = this.element.contains(document.activeElement) && document.activeElement !== this.element;
    for (const { item } of this.#drawn.slice(0, this.#drawn.length - kept.length)) item.remove();
    this.#drawn = kept;
    if (hadFocus && !this.element.contains(document.activeElement))
      this.element.focus({ preventScroll: true });
    return kept.length;
  }

  #make(row: FeedRow): DrawnRow {
    const cells = feedCells(row, this.#words, this.#format);
    const { sign, time, name, who, rest, brief, log } = cells;
    const columns = { sign, time, ...(log !== '' && { log }), name, who, rest };
    const spans = Object.entries(columns).map(([column, text]) => element('span', { class: column }, text));
    if (brief !== undefined)
      spans
        .at(-1)
        ?.replaceChildren(
          element('span', { class: 'whole' }, rest),
          element('span', { class: 'brief' }, brief),
        );
    const line = element(row.sign === '!' ? 'button' : 'div', { class: 'cells', tabindex: '-1' }, ...spans);
    const when = row.at === undefined ? [] : [this.#format.full(row.at)];
    const help = row.sign === '!' ? [this.#words.say('feed.openHelp')] : [];
    line.title = [
      ...when,
      ...(log === '' ? [] : [log]),
      [name, who, rest].filter((text) => text !== '').join('  '),
      ...help,
    ].join('\n');
    const item = element('li', { class: signClass[row.sign] }, line);
    const said = feedSentence(row, cells, this.#words);
    line.setAttribute('aria-label', log === '' ? said : `${log}: ${said}`);
    if (row.sign === '!') line.addEventListener('click', () => this.#actions.open(row));
    else line.setAttribute('role', 'group');
    return { row, cells, item };
  }

  #listen(): void {
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('focusin', (event) => this.#offerCopy(event.target));
    this.element.addEventListener('mouseover', (event) => {
      if (document.activeElement !== this.#copyButton) this.#offerCopy(event.target);
    });
    this.element.addEventListener('copy', (event) => this.#onCopy(event));
    this.#copyButton.addEventListener('click', () => {
      const at = this.#copyButton.closest('li');
      this.#actions.copy(this.#text(this.#drawn.filter(({ item }) => item === at)));
    });
  }

  /** One copy button moves to the row in question: five hundred of them would be a long way for the Tab key. */
  #offerCopy(target: EventTarget | null): void {
    const item = target instanceof Element ? target.closest('li') : null;
    if (item && this.#copyButton.parentElement !== item) item.append(this.#copyButton);
  }

  #onKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = {
      ...{ ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity },
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    const last = this.#drawn.length - 1;
    const at = this.#drawn.findIndex(({ item }) => item.contains(document.activeElement));
    // From the list itself, up and down both begin at the newest row.
    const to = at < 0 ? (move === -Infinity ? 0 : last) : Math.min(last, Math.max(0, at + move));
    const line = this.#drawn[to]?.item.querySelector<HTMLElement>('.cells');
    line?.focus();
    // it has grown: a row that the keyboard is on is whole
    line?.scrollIntoView({ block: 'nearest' });
  }

  /** A selection across cells is copied as whole rows; a part of one cell is left to the browser. */
  #onCopy(event: ClipboardEvent): void {
    const selection = document.getSelection();
    const inOneCell = selection?.anchorNode === selection?.focusNode;
    if (selection && !selection.isCollapsed && inOneCell) return;
    const isCopied = ({ item }: DrawnRow): boolean =>
      selection && !selection.isCollapsed
        ? selection.containsNode(item, true)
        : item.contains(document.activeElement);
    const text = this.#text(this.#drawn.filter(isCopied));
    if (text === '') return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  }

  #text(rows: readonly DrawnRow[]): string {
    return rows.map(({ cells }) => feedLine(cells)).join('\n');
  }
}

/** The same row of the same log: ids begin anew when a log is read again. */
function isSame(one: FeedRow, other: FeedRow | undefined): boolean {
  return one.id === other?.id && one.sign === other.sign && one.at === other.at;
}
