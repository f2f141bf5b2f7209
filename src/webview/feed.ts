import { isNoFilter } from '../core/session/filter.ts';
import type { DashboardSnapshot, FeedRow } from '../core/snapshot/dashboard.ts';
import type { PageStringKey } from '../core/report/pageStrings.ts';
import { Announcer } from './announcer.ts';
import { element, setText, setTitle } from './element.ts';
import { EmptyText } from './emptyText.ts';
import { FeedList, type RowActions } from './feedList.ts';
import { feedCells, feedLine } from './feedRow.ts';
import type { Format } from './format.ts';
import type { PageState } from './host.ts';
import type { Words } from './words.ts';

/** The page never holds more rows than this, whatever the settings say. */
const mostRows = 500;
/** This near to its end, in CSS pixels, a list counts as scrolled to the end. */
const nearEndPx = 8;

/** What the user asks for in the feed. */
export interface FeedActions extends RowActions {
  readonly clearFilter: () => void;
}

/** The live feed: it follows the newest row, or holds still and counts what is new. */
export class Feed {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #remember: (change: Partial<PageState>) => void;
  readonly #list: FeedList;
  readonly #announcer: Announcer;
  readonly #empty: EmptyText;
  readonly #followButton = element('button', { class: 'quiet follow', type: 'button' });
  readonly #filterBox: HTMLInputElement;
  #snapshot: DashboardSnapshot | undefined;
  #follow: boolean;
  /** While held still: the rows that are shown. */
  #held: readonly FeedRow[] = [];

  constructor(
    words: Words,
    format: Format,
    actions: FeedActions,
    state: PageState,
    remember: (change: Partial<PageState>) => void,
  ) {
    this.#words = words;
    this.#format = format;
    this.#remember = remember;
    this.#follow = state.follow;
    this.#list = new FeedList(words, format, actions);
    this.#announcer = new Announcer(words);
    const label = words.say('feed.filter');
    this.#filterBox = element('input', { type: 'search', placeholder: label, 'aria-label': label });
    this.#filterBox.value = state.rowFilter;
    this.#empty = new EmptyText(words, actions.clearFilter, this.#followButton);
    const title = element('h2', {}, words.say('feed.title'));
    this.element = element(
      'section',
      { class: 'feed' },
      element('div', { class: 'bar' }, title, this.#followButton, this.#filterBox),
      ...[this.#list.element, this.#empty.element, this.#announcer.element],
    );
    this.#listen();
  }

  draw(snapshot: DashboardSnapshot): void {
    const before = this.#snapshot;
    this.#snapshot = snapshot;
    const last = this.#held.at(-1);
    if (!before || !isSameStream(before, snapshot) || !continues(last, snapshot.feed))
      this.#held = snapshot.feed;
    else this.#announcer.add(newerThan(before.feed.at(-1), snapshot.feed));
    this.#show();
  }

  #listen(): void {
    this.#followButton.addEventListener('click', () => this.#setFollow(!this.#follow));
    this.#filterBox.addEventListener('input', () => {
      this.#remember({ rowFilter: this.#filterBox.value });
      this.#show();
    });
    this.#list.element.addEventListener('scroll', () => this.#onScroll());
    // before the list moves: its end is the newest row of all
    this.#list.element.addEventListener('keydown', ({ key }) => this.#onKey(key), true);
    new ResizeObserver(() => this.#scrollToEnd()).observe(this.#list.element);
  }

  /** Scrolling up holds the feed still; scrolling back to the end follows again. */
  #onScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#list.element;
    const atEnd = scrollHeight - scrollTop - clientHeight < nearEndPx;
    if (atEnd !== this.#follow) this.#setFollow(atEnd);
  }

  #onKey(key: string): void {
    if (key === 'ArrowUp' || key === 'PageUp' || key === 'Home') this.#setFollow(false);
    if (key === 'End') this.#setFollow(true);
  }

  #setFollow(follow: boolean): void {
    if (follow === this.#follow) return;
    this.#follow = follow;
    if (!follow) this.#held = this.#snapshot?.feed ?? [];
    this.#remember({ follow });
    this.#show();
  }

  #show(): void {
    if (!this.#snapshot) return;
    const { feed } = this.#snapshot;
    if (this.#follow) this.#held = feed;
    const rows = this.#matching(this.#held).slice(-mostRows);
    // a list that is gone would take the keyboard with it
    if (rows.length === 0 && this.#list.element.contains(document.activeElement)) this.#followButton.focus();
    this.#list.draw(rows);
    this.#list.element.hidden = rows.length === 0;
    this.#drawEmpty(rows.length === 0, this.#snapshot);
    this.#drawFollow(feed);
    this.#scrollToEnd();
  }

  #matching(rows: readonly FeedRow[]): readonly FeedRow[] {
    const wanted = this.#filterBox.value.trim().toLowerCase();
    if (wanted === '') return rows;
    const text = (row: FeedRow): string => feedLine(feedCells(row, this.#words, this.#format));
    return rows.filter((row) => text(row).toLowerCase().includes(wanted));
  }

  #drawFollow(feed: readonly FeedRow[]): void {
    const { say, count } = this.#words;
    const newer = newerThan(this.#held.at(-1), feed);
    const news = this.#matching(newer).length;
    // Where the held rows have left the ring, more rows may have come and gone than it now holds.
    const shown = `${this.#format.number(news)}${newer.length === feed.length && this.#held.length > 0 ? '+' : ''}`;
    const held = news > 0 ? count('feed.followNew', news, shown) : say('feed.follow');
    this.#followButton.setAttribute('aria-pressed', String(this.#follow));
    setText(this.#followButton, this.#follow ? say('feed.following') : held);
    setTitle(this.#followButton, say(this.#follow ? 'feed.pauseHelp' : 'feed.followHelp'));
  }

  #drawEmpty(isEmpty: boolean, snapshot: DashboardSnapshot): void {
    const key = emptyKeyOf(snapshot);
    const text = this.#words.say(key, this.#filterBox.value.trim());
    this.#empty.draw(isEmpty ? text : undefined, key === 'feed.filtered');
  }

  #scrollToEnd(): void {
    if (this.#follow) this.#list.element.scrollTop = this.#list.element.scrollHeight;
  }
}

function emptyKeyOf({ feed, status }: DashboardSnapshot): PageStringKey {
  if (feed.length > 0) return 'feed.noMatch';
  if (status.state === 'reading') return 'history.reading';
  if (status.log.connectionLogging === 'off') return 'feed.loggingOff';
  if (!isNoFilter(status.filter)) return 'feed.filtered';
  return status.clearedAt === undefined ? 'feed.empty' : 'feed.cleared';
}

/** The rows after a given one; all of them when it is not among them. */
function newerThan(row: FeedRow | undefined, rows: readonly FeedRow[]): readonly FeedRow[] {
  return rows.slice(rows.findIndex(({ id }) => id === row?.id) + 1);
}

/** True when both snapshots tell of the same rows: of one log, one filter, and no Clear between them. */
function isSameStream({ status: one }: DashboardSnapshot, { status: other }: DashboardSnapshot): boolean {
  return (
    one.sourceId === other.sourceId &&
    one.clearedAt === other.clearedAt &&
    JSON.stringify(one.filter) === JSON.stringify(other.filter)
  );
}

/** True when the rows come after a given one, or hold it: ids begin anew when a log is read again. */
function continues(last: FeedRow | undefined, rows: readonly FeedRow[]): boolean {
  const first = rows[0];
  if (!last || !first) return false;
  return first.id > last.id || rows.some(({ id }) => id === last.id);
}
