/**
 * How much time has passed from line to line of a log, ms. It never goes back: a clock that was set back, lines of
 * several processes slightly out of order, or a file of an earlier day do not make what came before look young or old.
 */
export class LogTime {
  elapsedMs = 0;
  /** Time of the newest line, ms since the epoch; NaN = none has one. */
  newestAt: number;
  /** Time of the last line that had one. */
  lastAt = Number.NaN;

  constructor(newestAt = Number.NaN) {
    this.newestAt = newestAt;
  }

  /** Takes the time of the next line; one without a time (NaN) takes none. */
  pass(at: number): void {
    if (Number.isNaN(at)) return;
    if (at > this.lastAt) this.elapsedMs += at - this.lastAt;
    this.lastAt = at;
    if (at > 0 && !(at <= this.newestAt)) this.newestAt = at;
  }
}
