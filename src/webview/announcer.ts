import type { FeedRow } from '../core/snapshot/dashboard.ts';
import { element } from './element.ts';
import type { Words } from './words.ts';

/** Least time between two announcements. */
const quietMs = 10_000;

/** Tells a screen reader, politely and seldom, how much has happened: a row each would talk over the user. */
export class Announcer {
  readonly element = element('div', { class: 'visually-hidden', role: 'status' });
  readonly #words: Words;
  #untold = { '+': 0, '-': 0, '!': 0 };
  #timer: number | undefined;

  constructor(words: Words) {
    this.#words = words;
  }

  add(rows: readonly FeedRow[]): void {
    // whom the server ended was not refused: that he left is told as well
    const counted = rows.filter(({ category = 'failure' }) => category === 'failure');
    if (counted.length === 0) return;
    for (const { sign } of counted) this.#untold[sign] += 1;
    if (this.#timer === undefined) this.#timer = window.setTimeout(() => this.#tell(), quietMs);
  }

  #tell(): void {
    const { '+': came, '-': left, '!': refused } = this.#untold;
    this.element.textContent = this.#words.say('feed.news', came, left, refused);
    this.#untold = { '+': 0, '-': 0, '!': 0 };
    this.#timer = undefined;
  }
}
