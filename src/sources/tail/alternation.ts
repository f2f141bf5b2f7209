import { basename } from 'node:path';
import { richness } from '../../core/log/logFiles.ts';
import { latestOf, LineTimes } from './lineTimes.ts';
import type { LogFile } from './logFile.ts';
import type { FoundFile } from './logSequence.ts';

/** Up to where a file may be read, and which comes there; undefined = it goes on. */
export interface ReadingBound {
  readonly toBytes: number;
  readonly next?: FoundFile | undefined;
}

/** So far it is looked ahead at once. */
const stepBytes = 1024 * 1024;

/** One that was written to and fro with the file that is read. */
export interface OtherFile {
  readonly found: FoundFile;
  /** Open where it is to be read on. */
  readonly open: LogFile;
}

/**
 * Files of one name in several formats, of which a server wrote now one, now another (`log_destination` was changed). One of
 * them is read, from its place up to where another has something that was written earlier. What several have at the same
 * time was written at once, and is no reason to turn.
 */
export class Alternation {
  readonly #open: LogFile;
  /** What there was of the open file before the others were looked at; what came since may be later than theirs. */
  readonly toBytes: number;
  readonly #own: LineTimes;
  readonly #others: readonly (OtherFile & { readonly times: LineTimes })[];
  /** What was written until then the file that is read may have told. */
  #toldToAt = Number.NEGATIVE_INFINITY;

  constructor(open: LogFile, toBytes: number, others: readonly OtherFile[]) {
    this.#open = open;
    this.toBytes = toBytes;
    this.#own = timesOf(open, toBytes);
    this.#others = others.map((each) => ({ ...each, times: timesOf(each.open, each.found.sizeBytes) }));
  }

  /** There are others. */
  get isNeeded(): boolean {
    return this.#others.length > 0;
  }

  /** Up to where it can be read on now. */
  bound(): ReadingBound {
    if (!this.isNeeded) return { toBytes: this.toBytes };
    const toBytes = Math.min(this.toBytes, this.#open.offsetBytes + stepBytes);
    for (;;) {
      const own = this.#own.first;
      if (!own || own.offsetBytes >= toBytes) return { toBytes };
      const next = this.#earlierThan(own.at);
      if (next) return { toBytes: own.offsetBytes, next };
      this.#toldToAt = Math.max(this.#toldToAt, latestOf(own));
      this.#own.pass();
    }
  }

  close(): void {
    for (const { open } of this.#others) open.close();
  }

  #earlierThan(at: number): FoundFile | undefined {
    let earliest: { readonly found: FoundFile; readonly at: number } | undefined;
    for (const { found, times } of this.#others) {
      while (times.first && times.first.at <= this.#toldToAt) times.pass();
      const { first } = times;
      if (first && latestOf(first) < at && !(earliest && earliest.at <= first.at))
        earliest = { found, at: first.at };
    }
    return earliest?.found;
  }
}

function timesOf(open: LogFile, toBytes: number): LineTimes {
  const isCsv = richness(basename(open.file.path)) === richness('.csv');
  const fromBytes = open.isAtLine ? open.offsetBytes : toBytes;
  return new LineTimes((into, at) => readOf(open, into, at), { fromBytes, toBytes, isCsv });
}

/** None where it cannot be read: that is said when it is its turn. */
function readOf(open: LogFile, into: Uint8Array, atBytes: number): number {
  try {
    return open.readAt(into, atBytes);
  } catch {
    return 0;
  }
}
