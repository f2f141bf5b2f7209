import type { ScanMessage } from '../../core/log/logFormat.ts';
import { legacyForms } from './legacyEncodings.ts';

/** The beginning of a message as bytes. */
export interface MessageBytes {
  readonly start: Buffer;
  readonly sections: boolean;
  /** It is the beginning of no English message. */
  readonly isForeign: boolean;
}

/** The messages that matter, by their first two bytes, so that most others cost one look. */
export class ScanMessages {
  /** All beginnings. */
  readonly starts: readonly Buffer[];
  readonly #byKey = new Map<number, MessageBytes[]>();

  /** `legacy`: also in the encodings other than UTF-8 that the languages of each are written in. */
  constructor(messages: readonly ScanMessage[], legacy: boolean) {
    const starts: Buffer[] = [];
    for (const { start, sections, languages } of messages) {
      const isForeign = !languages.includes('en');
      const forms = legacy && isForeign ? legacyForms(start, languages) : [];
      for (const bytes of [Buffer.from(start), ...forms]) {
        starts.push(bytes);
        this.#add({ start: bytes, sections, isForeign });
      }
    }
    this.starts = starts;
  }

  #add(message: MessageBytes): void {
    const [first = 0, second] = message.start;
    const key = second === undefined ? first : first * 256 + second;
    const sameKey = this.#byKey.get(key);
    if (sameKey) sameKey.push(message);
    else this.#byKey.set(key, [message]);
  }

  /** The message whose beginning stands at a place; `unfinished`: the bytes end before it can be told. */
  at(bytes: Buffer, at: number): MessageBytes | 'no' | 'unfinished' {
    const first = bytes[at];
    const second = bytes[at + 1];
    if (first === undefined || second === undefined) return 'unfinished';
    const found = standing(this.#byKey.get(first * 256 + second), bytes, at);
    return found === 'no' ? standing(this.#byKey.get(first), bytes, at) : found;
  }
}

function standing(
  messages: readonly MessageBytes[] | undefined,
  bytes: Buffer,
  at: number,
): MessageBytes | 'no' | 'unfinished' {
  if (!messages) return 'no';
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
