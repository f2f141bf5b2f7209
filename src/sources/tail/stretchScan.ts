import { feed } from './feed.ts';
import type { NumberedForm } from './learnedForms.ts';
import type { ScanListener } from './entryTelling.ts';
import type { Scan } from './scan.ts';
import { firstNumbers, StretchNotes, type Stretch, type ToldStretch } from './stretch.ts';

/** Bytes before a stretch that are read with it: an entry's text may have begun so far above. */
const leadBytes = 16 * 1024;
/** What is read behind it, and twice as much each time, until its last entry is whole; one that is longer is doubtful. */
const behindBytes = 8 * 1024;
const mostBehindBytes = 4 * 1024 * 1024;
/** So much of the file is scanned before anybody asks. */
const warmingBytes = 64 * 1024;
/** A stretch is long that tells little: what it tells leaves more of the processor's cache to its bytes. */
const longStretchBytes = 4 * 1024 * 1024;
const blockBytes = { ofLong: 512 * 1024, ofOthers: 256 * 1024 };

/** Reads bytes from a place of the file; answers how many there are. */
export type ReadAt = (into: Uint8Array, offsetBytes: number) => number;

/** What stands before a place, from the beginning of a line on; empty where no line begins near. */
export function leadBefore(readAt: ReadAt, offsetBytes: number): Uint8Array {
  const from = Math.max(0, offsetBytes - leadBytes);
  const bytes = Buffer.allocUnsafe(offsetBytes - from);
  if (readAt(bytes, from) < bytes.length) return bytes.subarray(bytes.length);
  if (from === 0) return bytes;
  const newline = bytes.indexOf(0x0a);
  return bytes.subarray(newline < 0 ? bytes.length : newline + 1);
}

/** Whom a scan tells: somebody else for a while. */
interface Lender {
  borrower: ScanListener | undefined;
}

/** Scans a stretch and takes down what it tells. The scan stands anywhere afterwards: it must begin again. */
export class StretchScan {
  readonly #scan: Scan;
  readonly #lender: Lender;
  readonly #readAt: ReadAt;
  #formsTold = 0;
  #hostsTold = 0;
  /** Room for lines that is free again, and how much of it was needed at most. */
  readonly #rooms: Float64Array<ArrayBuffer>[] = [];
  #most = firstNumbers;

  constructor(scan: Scan, lender: Lender, readAt: ReadAt) {
    this.#scan = scan;
    this.#lender = lender;
    this.#readAt = readAt;
  }

  /** What was told is done with: the next is written in its place. */
  takeBack(lines: Float64Array<ArrayBuffer>): void {
    this.#most = Math.max(this.#most, lines.length);
    if (lines.length === this.#most) this.#rooms.push(lines);
  }

  /**
   * Scans the first lines of the file and tells nobody of them: what else a first stretch would wait for is ready then, the
   * labels in all languages and most of the forms.
   */
  warmUp(): void {
    this.scan({ fromBytes: 0, toBytes: warmingBytes, isForeign: true });
  }

  /** What the stretch tells, with the forms that were learned since the last one. */
  tell(stretch: Stretch): ToldStretch {
    return { ...this.scan(stretch), forms: this.#newForms(), hosts: this.#newHosts() };
  }

  /** The same, for who knows the forms. */
  scan(stretch: Stretch): ToldStretch {
    const scan = this.#scan;
    const { format } = scan;
    const learned = format?.learned;
    const forget = format?.mark?.();
    const notes = new StretchNotes(stretch, this.#rooms.pop() ?? new Float64Array(this.#most));
    this.#lender.borrower = notes;
    try {
      if (!this.#read(stretch)) notes.isDoubtful = true;
    } finally {
      this.#lender.borrower = undefined;
    }
    const isDoubtful = notes.isDoubtful || format?.learned !== learned;
    // what an earlier stretch teaches must be learned before
    if (isDoubtful) forget?.();
    const { fromBytes, toBytes, isForeign } = stretch;
    return {
      ...{ fromBytes, toBytes, assumed: { isForeign }, isDoubtful, learned },
      isForeign: scan.foreignFromBytes < toBytes,
      guessedZone: undefined,
      ...{ ...notes.told, forms: [], hosts: [] },
    };
  }

  /** Forms that the other thread has learned, with their numbers there. */
  adopt(forms: readonly NumberedForm[]): void {
    const { recurring, format } = this.#scan;
    if (recurring && format) for (const form of forms) recurring.learning.adopt(form, format, form.number);
  }

  /** Those that were learned here since they were asked for last. */
  ownForms(): readonly NumberedForm[] {
    const { recurring } = this.#scan;
    const forms = recurring?.learning.forms.ownFrom(this.#formsTold) ?? [];
    this.#formsTold = recurring?.learning.forms.count ?? 0;
    return forms;
  }

  #newForms(): ToldStretch['forms'] {
    const forms = this.#scan.recurring?.learning.forms.from(this.#formsTold) ?? [];
    this.#formsTold += forms.length;
    return forms;
  }

  #newHosts(): readonly string[] {
    const hosts = this.#scan.recurring?.hosts.slice(this.#hostsTold) ?? [];
    this.#hostsTold += hosts.length;
    return hosts;
  }

  /** False = it ends before its last entry is whole. */
  #read({ fromBytes, toBytes, isForeign }: Stretch): boolean {
    const scan = this.#scan;
    const lead = leadBefore(this.#readAt, fromBytes);
    scan.begin(fromBytes - lead.length);
    scan.assume({ isForeign });
    feed({ room: () => scan.room(), took: (taken) => scan.took(taken) }, lead);
    const block = toBytes - fromBytes >= longStretchBytes ? blockBytes.ofLong : blockBytes.ofOthers;
    let at = fromBytes;
    while (at < toBytes || !scan.isSettledTo(toBytes)) {
      if (at - toBytes > mostBehindBytes) return false;
      const wanted = at < toBytes ? Math.min(block, toBytes - at) : Math.max(behindBytes, at - toBytes);
      const room = scan.room();
      const count = this.#readAt(room.subarray(0, Math.min(room.length, wanted)), at);
      if (count === 0) return false;
      scan.took(count);
      at += count;
      if (at >= toBytes) scan.tellWaiting();
    }
    return true;
  }
}
