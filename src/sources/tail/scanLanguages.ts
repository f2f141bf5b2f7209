import { isAscii, isUtf8 } from 'node:buffer';
import { headStart } from './scanFrames.ts';

const newline = 0x0a;
const never = Number.POSITIVE_INFINITY;

/** What bytes have shown of the languages and encodings of a log, wherever they were cut. */
export class ScanLanguages {
  /**
   * File offset from which on the log may be in other languages than English: of the first line that is not in ASCII,
   * or the first entry in another language.
   */
  foreignFromBytes = never;
  /** Of the first line that is not in UTF-8. */
  legacyFromBytes = never;
  /** Lines before this index have been looked at. */
  #utf8To = 0;

  /** Begins a file. */
  begin(): void {
    this.foreignFromBytes = this.legacyFromBytes = never;
    this.#utf8To = 0;
  }

  /** Looks at bytes of which those from an index on are new; answers from which on they must be searched again. */
  look(bytes: Buffer, from: number, offsetBytes: number): number {
    const foreign = this.foreignFromBytes === never ? this.#lookForForeign(bytes, from, offsetBytes) : never;
    return Math.min(foreign, this.lookForLegacy(bytes, offsetBytes, false));
  }

  /** Looks for the first line that is not in UTF-8, as far as there are whole ones; `final`: the last one is. */
  lookForLegacy(bytes: Buffer, offsetBytes: number, final: boolean): number {
    if (this.foreignFromBytes === never || this.legacyFromBytes < never) return never;
    const end = final ? bytes.length : bytes.lastIndexOf(newline) + 1;
    if (end <= this.#utf8To) return never;
    const start = this.#utf8To;
    this.#utf8To = end;
    if (isUtf8(bytes.subarray(start, end))) return never;
    let line = start;
    for (
      let next = bytes.indexOf(newline, line) + 1;
      next > 0 && next < end;
      next = bytes.indexOf(newline, line) + 1
    ) {
      if (!isUtf8(bytes.subarray(line, next))) break;
      line = next;
    }
    this.legacyFromBytes = offsetBytes + line;
    return line;
  }

  /** An entry at this offset is in another language. */
  isForeignFrom(fileBytes: number): void {
    this.foreignFromBytes = Math.min(this.foreignFromBytes, fileBytes);
  }

  /** So many bytes before the others are no longer there. */
  drop(count: number): void {
    this.#utf8To = Math.max(0, this.#utf8To - count);
  }

  #lookForForeign(bytes: Buffer, from: number, offsetBytes: number): number {
    if (isAscii(bytes.subarray(from))) return never;
    let at = from;
    while ((bytes[at] ?? 0x80) < 0x80) at += 1;
    const start = Math.max(0, headStart(bytes, at));
    this.isForeignFrom(offsetBytes + start);
    // so far as it was here, the line has been searched in English
    return start;
  }
}
