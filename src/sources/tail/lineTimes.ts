import { clockLagMs } from '../../core/log/retelling.ts';

/** As servers write times in all formats (elog.c, `get_formatted_log_time`); those of `%t` are whole seconds. */
const time = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?/;
/** A line that says what happened: a record, or one with a label; not one that goes on with what another says. */
const recordStart = /^(?:\{"timestamp":")?\d{4}-\d\d-\d\d /;
const labelEnd = ':  ';

/** The first time in a text, ms as if it were of UTC: all files of a log have the same zone. */
export function timeIn(text: string): number | undefined {
  const [found] = time.exec(text) ?? [];
  return found === undefined ? undefined : Date.parse(`${found.replace(' ', 'T')}Z`);
}

/** Does this line begin an entry of a log, and say when it was written? */
export function saysWhen(line: string): boolean {
  return time.test(line) && (recordStart.test(line) || (line.includes(labelEnd) && !line.startsWith('\t')));
}

/** Where an entry begins, and when it was written: a clock of whole seconds leaves that open. */
export interface EntryTime {
  readonly offsetBytes: number;
  readonly at: number;
  readonly isWhole: boolean;
}

/** When it can have happened at the latest. */
export function latestOf({ at, isWhole }: EntryTime): number {
  return isWhole ? at + 999 + clockLagMs : at;
}

/** Reads bytes from any place of a file; answers how many there are. */
export type ReadAt = (into: Uint8Array, offsetBytes: number) => number;

/** Bytes of a line in which it has its time. */
const headBytes = 512;
const usualWindowBytes = 64 * 1024;

interface LinesPlace {
  /** Where a line begins, and in a csv a row; what stands here of a line that began before is passed over. */
  readonly fromBytes: number;
  readonly toBytes: number;
  /** What is quoted may have lines, which are no rows. */
  readonly isCsv: boolean;
  /** So much is read at once. */
  readonly windowBytes?: number | undefined;
}

/** The times of the whole lines between two places of a file, one after the other; in a csv, of its rows. */
export class LineTimes {
  readonly #readAt: ReadAt;
  readonly #toBytes: number;
  readonly #isCsv: boolean;
  readonly #windowBytes: number;
  #window: Buffer | undefined;
  /** What stands from a place on, and how far it was looked through. */
  #text = '';
  #textAtBytes: number;
  #at = 0;
  #isQuoted = false;
  #first: EntryTime | 'unknown' | undefined = 'unknown';

  constructor(readAt: ReadAt, { fromBytes, toBytes, isCsv, windowBytes = usualWindowBytes }: LinesPlace) {
    this.#readAt = readAt;
    this.#windowBytes = windowBytes;
    this.#textAtBytes = fromBytes;
    this.#toBytes = toBytes;
    this.#isCsv = isCsv;
  }

  /** The first that was not passed; undefined = there are no more. */
  get first(): EntryTime | undefined {
    if (this.#first === 'unknown') this.#first = this.#find();
    return this.#first;
  }

  pass(): void {
    this.#first = 'unknown';
  }

  #find(): EntryTime | undefined {
    for (;;) {
      while (this.#text.length - this.#at < headBytes && this.#fill());
      const offsetBytes = this.#textAtBytes + this.#at;
      const [head = ''] = this.#text.slice(this.#at, this.#at + headBytes).split('\n', 1);
      const isEntry = !this.#isQuoted && saysWhen(head);
      if (!this.#passLine()) return undefined;
      const [, fraction] = isEntry ? (time.exec(head) ?? []) : [];
      const at = isEntry ? timeIn(head) : undefined;
      if (at !== undefined && !Number.isNaN(at)) return { offsetBytes, at, isWhole: fraction === undefined };
    }
  }

  /** False = it has no end. */
  #passLine(): boolean {
    for (;;) {
      const end = this.#text.indexOf('\n', this.#at);
      const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
      if (this.#isCsv && line.split('"').length % 2 === 0) this.#isQuoted = !this.#isQuoted;
      this.#at += line.length;
      if (end >= 0) {
        this.#at += 1;
        return true;
      }
      if (!this.#fill()) return false;
    }
  }

  #fill(): boolean {
    const rest = this.#text.slice(this.#at);
    const atBytes = this.#textAtBytes + this.#text.length;
    // most are asked for nothing
    this.#window ??= Buffer.alloc(this.#windowBytes);
    const room = this.#window.subarray(0, Math.max(0, this.#toBytes - atBytes));
    const count = room.length === 0 ? 0 : this.#readAt(room, atBytes);
    this.#textAtBytes += this.#at;
    this.#at = 0;
    // a character for each byte: no other is compared
    this.#text = rest + room.toString('latin1', 0, count);
    return count > 0;
  }
}
