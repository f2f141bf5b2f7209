/** A recorded entry, with the lines that belong to it. */
interface RecordedEntry {
  /** When it was written, after the first. */
  readonly afterMs: number;
  readonly text: string;
}

/** Between the end of a run and the next start of the server. */
const pauseMs = 3000;
/** Pids below are no server's. */
const leastPid = 1000;
/** Pids are used again after so many runs: they stay below Linux's pid_max. */
const mostRuns = 4096;
const head =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{3})?) UTC \[(\d+)\] (?!(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION): {2})/;
const anyTime = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{3})?)(?= UTC\b)/g;
const anyPid = /(?<=^\S+ \S+ UTC \[)\d+(?=\] )|(?<=\bPID )\d+/gm;

/**
 * A recorded log of a server from its start to its end, whose lines begin with `%m [%p]` in UTC: told again and again, a
 * run behind the other, as of other times and by other processes.
 */
export class Replay {
  readonly #entries: readonly RecordedEntry[];
  readonly #firstAt: number;
  readonly #pids: { readonly least: number; readonly count: number };
  /** From the beginning of a run to that of the next, ms. */
  readonly runMs: number;

  /** Throws a RangeError when the log has no entry. */
  constructor(log: string) {
    const entries: { at: number; text: string }[] = [];
    const pids: number[] = [];
    for (const line of log.split(/(?<=\n)/)) {
      const [, day, time, pid] = head.exec(line) ?? [];
      const last = entries.at(-1);
      if (pid !== undefined) {
        entries.push({ at: Date.parse(`${day}T${time}Z`), text: line });
        pids.push(Number(pid));
      } else if (last) last.text += line;
    }
    const [first] = entries;
    if (!first) throw new RangeError('a log without an entry');
    const least = Math.min(...pids);
    this.#firstAt = first.at;
    this.#pids = { least, count: Math.max(...pids) - least + 1 };
    this.#entries = entries.map(({ at, text }) => ({ afterMs: Math.max(0, at - first.at), text }));
    this.runMs = Math.max(...this.#entries.map(({ afterMs }) => afterMs)) + pauseMs;
  }

  /** What is written from one time to another, ms since the epoch, when the first run begins at `beginAt`. */
  between(beginAt: number, fromAt: number, toAt: number): string {
    let text = '';
    for (let run = this.#runAt(beginAt, fromAt); beginAt + run * this.runMs < toAt; run += 1) {
      const runAt = beginAt + run * this.runMs;
      for (const entry of this.#entries) {
        const at = runAt + entry.afterMs;
        if (at >= fromAt && at < toAt) text += this.#retold(entry.text, run, runAt - this.#firstAt);
      }
    }
    return text;
  }

  #runAt(beginAt: number, at: number): number {
    return Math.max(0, Math.floor((at - beginAt) / this.runMs));
  }

  #retold(text: string, run: number, laterMs: number): string {
    const { least, count } = this.#pids;
    const add = leastPid - least + (run % mostRuns) * count;
    return text
      .replaceAll(anyPid, (pid) => String(Number(pid) + add))
      .replaceAll(anyTime, (_, day: string, time: string) => {
        const at = new Date(Date.parse(`${day}T${time}Z`) + laterMs).toISOString();
        return `${at.slice(0, 10)} ${at.slice(11, 11 + time.length)}`;
      });
  }
}
