import { type Sentence, sentence } from '../core/sentence.ts';

/** So many deaths of the engine within a minute, and it is not started again unasked. */
const mostDeaths = 3;
const withinMs = 60_000;

/** The newest deaths of the engine: whether it is of use to start it again. */
export class EngineDeaths {
  #at: readonly number[] = [];

  /** It died at `now`. */
  note(now: number): void {
    this.#at = [...this.#at.filter((at) => now - at < withinMs), now];
  }

  /** When it died last, it had died again and again. */
  get areTooMany(): boolean {
    return this.#at.length >= mostDeaths;
  }

  /** The user wants it started. */
  forget(): void {
    this.#at = [];
  }
}

/** What the user can do then; `why` it died last. */
export function tooManyDeaths(why: Sentence): Sentence {
  return sentence(
    'The part of PostgreSQL Connections that reads the log stopped again and again ({0}): run “Connections: Show Log of This Extension” to see why, then choose the log again.',
    why.args[0] ?? '',
  );
}
