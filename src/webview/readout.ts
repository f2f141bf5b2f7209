import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import { element, setText, setTitle } from './element.ts';
import type { Bucket } from './chartSeries.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

/** The values of a bucket that the chart draws, in the order of the legend. */
export const bucketValues = ['active', 'maxActive', 'connects', 'disconnects', 'lost', 'failures'] as const;

/** What a bucket's time is told from: the present, and when the server was started. */
export type Times = Pick<DashboardSnapshot, 'now' | 'restartsAt' | 'firstStartAt'>;

/**
 * `14:15 – 14:30`, with the date in front when the bucket is not of the day that `now` is of; behind it the starts of the
 * server, which the chart draws as lines.
 */
export function spanText(bucket: Bucket, times: Times, words: Words, format: Format): string {
  const { startAt, endAt } = bucket;
  const span = words.say('history.span', format.timeOfDay(startAt), format.timeOfDay(endAt));
  const day = format.sameDay(startAt, times.now) ? [] : [format.date(startAt)];
  return [...day, span, ...startTexts(bucket, times, words, format)].join(', ');
}

/** `start`, `restart`, `2 restarts`. */
function startTexts(bucket: Bucket, times: Times, words: Words, format: Format): string[] {
  const within = times.restartsAt.filter((at) => at >= bucket.startAt && at < bucket.endAt);
  const restarts = within.filter((at) => at !== times.firstStartAt).length;
  const texts = restarts < within.length ? [words.say('history.start')] : [];
  if (restarts === 1) texts.push(words.say('history.restart'));
  if (restarts > 1) texts.push(words.count('history.restarts', restarts, format.number(restarts)));
  return texts;
}

/** The values of a bucket as texts. */
export function bucketTexts(bucket: Bucket, format: Format): string[] {
  return bucketValues.map((name) => (bucket.isKnown ? format.number(bucket[name]) : '–'));
}

/** All values of a bucket in one sentence, for a screen reader. */
export function bucketSentence(bucket: Bucket, times: Times, words: Words, format: Format): string {
  return words.say(
    'history.interval',
    spanText(bucket, times, words, format),
    ...bucketTexts(bucket, format),
  );
}

/** The legend: what each colour and shape means, with the values of one bucket; `span` is the bucket's time. */
export class Readout {
  readonly element: HTMLElement;
  readonly span = element('span', { class: 'span', 'aria-hidden': 'true' });
  readonly #words: Words;
  readonly #format: Format;
  readonly #entries = new Map<(typeof bucketValues)[number], { entry: HTMLElement; value: HTMLElement }>();

  constructor(words: Words, format: Format) {
    this.#words = words;
    this.#format = format;
    // The chart itself speaks (aria-valuetext): said twice, the values would be noise.
    this.element = element('div', { class: 'readout', 'aria-hidden': 'true' });
    for (const name of bucketValues) {
      const value = element('b');
      const swatch = element('i', { class: `swatch ${name}` });
      const entry = element('span', { class: 'entry' }, swatch, words.say(`column.${name}`), ' ', value);
      this.#entries.set(name, { entry, value });
      this.element.append(entry);
    }
  }

  /** `isNewest`: nobody points at the bucket. `lost`: whether sessions were lost in any bucket; where none were, which is usual, nothing is said of it. */
  draw(bucket: Bucket | undefined, isNewest: boolean, times: Times, lost: boolean): void {
    const span = bucket ? spanText(bucket, times, this.#words, this.#format) : '';
    const text = bucket && isNewest ? this.#words.say('history.newest', span) : span;
    setText(this.span, text);
    setTitle(this.span, text);
    const texts = bucket ? bucketTexts(bucket, this.#format) : [];
    for (const [index, name] of bucketValues.entries()) {
      const { entry, value } = this.#entries.get(name) ?? {};
      if (entry) entry.hidden = name === 'lost' && !lost;
      if (value) setText(value, texts[index] ?? '');
    }
  }
}
