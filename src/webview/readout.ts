import { element, setText } from './element.ts';
import type { Bucket } from './chartSeries.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

/** The values of a bucket that the chart draws, in the order of the legend. */
export const bucketValues = ['active', 'maxActive', 'connects', 'disconnects', 'lost', 'failures'] as const;

/** `14:15 – 14:30`, with the date in front when the bucket is not of the day that `now` is of. */
export function spanText(bucket: Bucket, now: number, words: Words, format: Format): string {
  const { startAt, endAt } = bucket;
  const span = words.say('history.span', format.timeOfDay(startAt), format.timeOfDay(endAt));
  return format.sameDay(startAt, now) ? span : `${format.date(startAt)}, ${span}`;
}

/** All values of a bucket in one sentence, for a screen reader. */
export function bucketSentence(bucket: Bucket, now: number, words: Words, format: Format): string {
  const values = bucketValues.map((name) => format.number(bucket[name]));
  return words.say('history.interval', spanText(bucket, now, words, format), ...values);
}

/** The legend: what each colour and shape means, with the values of one bucket. */
export class Readout {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #span = element('span', { class: 'span' });
  readonly #values = new Map<(typeof bucketValues)[number], HTMLElement>();

  constructor(words: Words, format: Format) {
    this.#words = words;
    this.#format = format;
    // The chart itself speaks (aria-valuetext): said twice, the values would be noise.
    this.element = element('div', { class: 'readout', 'aria-hidden': 'true' }, this.#span);
    for (const name of bucketValues) {
      const value = element('b');
      this.#values.set(name, value);
      const swatch = element('i', { class: `swatch ${name}` });
      this.element.append(
        element('span', { class: 'entry' }, swatch, words.say(`column.${name}`), ' ', value),
      );
    }
  }

  draw(bucket: Bucket | undefined, now: number): void {
    setText(this.#span, bucket ? spanText(bucket, now, this.#words, this.#format) : '');
    for (const [name, value] of this.#values) setText(value, bucket ? this.#format.number(bucket[name]) : '');
  }
}
