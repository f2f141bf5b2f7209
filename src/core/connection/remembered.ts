import type { LogEntry } from '../log/logEntry.ts';

const mostRemembered = 1024;
/** Characters of an entry: longer ones are seldom the same. */
const longestRemembered = 4096;

/**
 * What was answered to entries that are alike in everything that the answer depends on: logs repeat themselves. `keys`
 * names that, beside the message. Forgets everything when there is too much of it.
 */
export class Remembered<T> {
  readonly #keys: readonly (keyof LogEntry)[];
  readonly #answer: (entry: LogEntry) => T;
  readonly #byMessage = new Map<string, { readonly entry: LogEntry; readonly answer: T }>();

  constructor(keys: readonly (keyof LogEntry)[], answer: (entry: LogEntry) => T) {
    this.#keys = keys;
    this.#answer = answer;
  }

  of(entry: LogEntry): T {
    const remembered = this.#byMessage.get(entry.message);
    if (remembered && this.#keys.every((key) => remembered.entry[key] === entry[key]))
      return remembered.answer;
    const answer = this.#answer(entry);
    if (lengthOf(entry) > longestRemembered) return answer;
    if (this.#byMessage.size >= mostRemembered) this.#byMessage.clear();
    this.#byMessage.set(entry.message, { entry, answer });
    return answer;
  }
}

function lengthOf({ message, detail = '', hint = '', context = '', statement = '' }: LogEntry): number {
  return message.length + detail.length + hint.length + context.length + statement.length;
}
