import { lineAtIn, lineFormIn, lineHostIn, lineNumbers } from '../core/log/lineBlock.ts';
import { known } from '../core/log/recurring.ts';
import { feed } from './tail/feed.ts';
import type { Scan } from './tail/scan.ts';
import { leadBefore, type StretchScan } from './tail/stretchScan.ts';
import { StretchRelay, type Turn } from './tail/stretchRelay.ts';
import type { StretchThread } from './tail/stretchThread.ts';
import type { TailedBytes } from './tail/tailSink.ts';

/** The end of the file is read the ordinary way: it may still grow. */
const ordinaryBytes = 4 * 1024 * 1024;

/** Reads a big part of a file with two threads: both scan stretches of it, this one tells them in order. */
export class AheadReading {
  readonly #scan: Scan;
  readonly #bytes: TailedBytes;
  readonly #relay: StretchRelay;
  /** What the other thread's forms and hosts are called here. */
  readonly #formOf = new Numbers();
  readonly #hostOf = new Numbers();
  /** Everything before has been told. */
  toBytes: number;
  guessedZone: string | undefined;
  #lastAt: number | undefined;

  constructor(scan: Scan, stretches: StretchScan, bytes: TailedBytes, thread: StretchThread) {
    this.#scan = scan;
    this.#bytes = bytes;
    scan.tellWaiting();
    this.toBytes = scan.settledBytes;
    const part = {
      fromBytes: this.toBytes,
      endBytes: bytes.offsetBytes + bytes.remainingBytes - ordinaryBytes,
      readAt: (into: Uint8Array, offsetBytes: number) => bytes.readAt(into, offsetBytes),
      learned: scan.format?.learned,
      isForeign: scan.foreignFromBytes < this.toBytes,
    };
    this.#relay = new StretchRelay(stretches, part, thread);
  }

  /**
   * Tells stretch after stretch, until it is to stop or the rest must be read the ordinary way; then the scan stands
   * where the last one ended. Answers up to where entries must not be told again.
   */
  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const turn = await this.#relay.next();
      if (!turn || !this.#adopt(turn) || !this.#bytes.pass(turn.told.toBytes)) break;
      this.#tell(turn);
      this.#relay.done(turn);
      this.toBytes = turn.told.toBytes;
    }
  }

  /** Lets the scan begin again where the last stretch ended, with what stands above it; the tail goes on there. */
  goOn(): void {
    const scan = this.#scan;
    // truncated meanwhile: the tail will see it, and the scan must know nothing of what was ahead
    if (!this.#bytes.pass(this.toBytes)) {
      scan.begin(this.toBytes);
      return;
    }
    // read again, and not told again
    const lead = leadBefore((into, offsetBytes) => this.#bytes.readAt(into, offsetBytes), this.toBytes);
    scan.begin(this.toBytes - lead.length);
    scan.assume({ ...this.#relay.state, lastAt: this.#lastAt });
    feed({ room: () => scan.room(), took: (taken) => scan.took(taken) }, lead);
  }

  /** Forms that the other thread has learned, and hosts, get numbers here; false = there are too many. */
  #adopt({ told: { forms, hosts } }: Turn): boolean {
    const { recurring, format } = this.#scan;
    for (const host of hosts) this.#hostOf.push(recurring?.numberOfHost(host) ?? -1);
    for (const form of forms) {
      const number = typeof form === 'object' ? format && recurring?.learning.adopt(form, format) : form;
      if (number === undefined) return false;
      this.#formOf.push(number);
    }
    return true;
  }

  #tell({ told, isOthers }: Turn): void {
    const { lines, lineCount, entries } = told;
    if (isOthers) this.#renumber(lines, lineCount);
    this.guessedZone ??= told.guessedZone;
    let next = 0;
    const tellLines = (to: number): void => {
      this.#scan.tellLines(lines.subarray(next * lineNumbers, to * lineNumbers), to - next);
      next = to;
    };
    for (const { entry, offsetBytes, linesBefore } of entries) {
      tellLines(linesBefore);
      this.#scan.tellEntry(entry, offsetBytes);
    }
    const last = entries.at(-1);
    const isLineLast = lineCount > (last?.linesBefore ?? 0);
    const lineAt = known(lines[(lineCount - 1) * lineNumbers + lineAtIn]);
    this.#lastAt = (isLineLast ? lineAt : last?.entry.at) ?? this.#lastAt;
    tellLines(lineCount);
  }

  /** The other thread's numbers of forms and hosts become those that they have here. */
  #renumber(lines: Float64Array, count: number): void {
    const forms = this.#formOf.numbers;
    const hosts = this.#hostOf.numbers;
    for (let at = 0; at < count * lineNumbers; at += lineNumbers) {
      const host = lines[at + lineHostIn] ?? -1;
      lines[at + lineFormIn] = forms[lines[at + lineFormIn] ?? 0] ?? 0;
      if (host >= 0) lines[at + lineHostIn] = hosts[host] ?? 0;
    }
  }
}

/** A list of integers that only grows. */
class Numbers {
  /** And room for more. */
  numbers = new Int32Array(256);
  #count = 0;

  push(number: number): void {
    if (this.#count === this.numbers.length) {
      const more = new Int32Array(this.#count * 2);
      more.set(this.numbers);
      this.numbers = more;
    }
    this.numbers[this.#count] = number;
    this.#count += 1;
  }
}
