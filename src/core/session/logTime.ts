/**
 * How much time has passed from line to line of a log, ms. It never goes back: a clock that was set back, lines of
 * several processes slightly out of order, or a file of an earlier day do not make what came before look young or old.
 */
export class LogTime {
  elapsedMs = 0;
  #lastAt = Number.NaN;

  /** Takes the time of the next line; one without a time (NaN) takes none. */
  pass(at: number): void {
    if (Number.isNaN(at)) return;
    if (at > this.#lastAt) this.elapsedMs += at - this.#lastAt;
    this.#lastAt = at;
  }
}
