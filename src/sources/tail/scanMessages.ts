import type { ScanMessage } from '../../core/log/logFormat.ts';
import { legacyForms } from './legacyEncodings.ts';

/** The beginning of a message as bytes. */
export interface MessageBytes {
  readonly start: Buffer;
  readonly sections: boolean;
  /** It is the beginning of no English message. */
  readonly isForeign: boolean;
}

/** Texts as bytes: there are thousands, and an object of each would be dear. */
export interface ManyBytes {
  /** One behind the other, each with a zero behind it. */
  readonly bytes: Buffer;
  /** Where these zeros are. */
  readonly ends: Uint32Array;
}

/** The messages that matter, by their first two bytes, so that most others cost one look. */
export class ScanMessages {
  /** All beginnings. */
  readonly starts: ManyBytes;
  readonly #messages: readonly ScanMessage[];
  /** Of each beginning its first two bytes, or the only one; and the number of its message, unless it is its own. */
  readonly #keys: Uint16Array;
  readonly #messageOf: readonly number[] | undefined;
  /** Those that were asked for. */
  readonly #byKey = new Map<number, readonly MessageBytes[]>();

  /** `legacy`: also in the encodings other than UTF-8 that the languages of each are written in. */
  constructor(messages: readonly ScanMessage[], legacy: boolean) {
    this.#messages = messages;
    if (legacy) {
      const forms = messages.flatMap((message, index) => formsOf(message).map((bytes) => ({ bytes, index })));
      this.#messageOf = forms.map(({ index }) => index);
      const zero = Buffer.alloc(1);
      this.starts = ended(Buffer.concat(forms.flatMap(({ bytes }) => [bytes, zero])), forms.length);
    } else {
      const text = messages.map(({ start }) => `${start}\0`).join('');
      this.starts = ended(Buffer.from(text), messages.length);
    }
    const { bytes, ends } = this.starts;
    this.#keys = new Uint16Array(ends.length);
    for (let index = 0, from = 0; index < ends.length; index += 1) {
      const end = ends[index] ?? 0;
      const first = bytes[from] ?? 0;
      this.#keys[index] = end - from < 2 ? first : first * 256 + (bytes[from + 1] ?? 0);
      from = end + 1;
    }
  }

  /** The message whose beginning stands at a place; `unfinished`: the bytes end before it can be told. */
  at(bytes: Buffer, at: number): MessageBytes | 'no' | 'unfinished' {
    const first = bytes[at];
    const second = bytes[at + 1];
    if (first === undefined || second === undefined) return 'unfinished';
    const found = standing(this.#of(first * 256 + second), bytes, at);
    return found === 'no' ? standing(this.#of(first), bytes, at) : found;
  }

  #of(key: number): readonly MessageBytes[] {
    const known = this.#byKey.get(key);
    if (known) return known;
    const made: MessageBytes[] = [];
    for (let index = this.#keys.indexOf(key); index >= 0; index = this.#keys.indexOf(key, index + 1))
      made.push(this.#made(index));
    this.#byKey.set(key, made);
    return made;
  }

  #made(index: number): MessageBytes {
    const { bytes, ends } = this.starts;
    const message = this.#messages[this.#messageOf?.[index] ?? index];
    const start = bytes.subarray(index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, ends[index]);
    return { start, sections: message?.sections === true, isForeign: message ? isForeign(message) : false };
  }
}

function isForeign({ languages }: ScanMessage): boolean {
  return !languages.includes('en');
}

function formsOf(message: ScanMessage): Buffer[] {
  const { start, languages } = message;
  return [Buffer.from(start), ...(isForeign(message) ? legacyForms(start, languages) : [])];
}

/** So many texts, as they stand there. */
function ended(bytes: Buffer, count: number): ManyBytes {
  const ends = new Uint32Array(count);
  for (let index = 0, at = 0; index < count; index += 1) {
    at = bytes.indexOf(0, at);
    ends[index] = at;
    at += 1;
  }
  return { bytes, ends };
}

function standing(
  messages: readonly MessageBytes[],
  bytes: Buffer,
  at: number,
): MessageBytes | 'no' | 'unfinished' {
  let answer: 'no' | 'unfinished' = 'no';
  for (const message of messages) {
    const length = sameBytes(bytes, message.start, at);
    if (length === message.start.length) return message;
    if (at + length === bytes.length) answer = 'unfinished';
  }
  return answer;
}

/** How many bytes from a place on are the wanted ones. */
function sameBytes(bytes: Buffer, wanted: Buffer, at: number): number {
  let length = 0;
  while (length < wanted.length && bytes[at + length] === wanted[length]) length += 1;
  return length;
}
