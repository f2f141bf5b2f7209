import { isAscii, isUtf8 } from 'node:buffer';
import { headStart } from './scanFrames.ts';

const newline = 0x0a;
const never = Number.POSITIVE_INFINITY;
/** Bytes behind the first one of a letter in UTF-8. */
const mostFollowing = 3;

/** What bytes have shown of the languages and encodings of a log, wherever they were cut. */
export class ScanLanguages {
  /**
   * File offset from which on the log may be in other languages than English: of the first line that is not in ASCII,
   * or the first entry in another language.
   */
  foreignFromBytes = never;
  /** A line is not in UTF-8. */
  isLegacy = false;
  /** Lines before this index have been looked at for that. */
  #utf8To = 0;

  /** Begins a file. */
  begin(): void {
    this.foreignFromBytes = never;
    this.isLegacy = false;
    this.#utf8To = 0;
  }

  /** Looks at bytes of which those from an index on are new; answers from which on they must be searched again. */
  look(bytes: Buffer, from: number, offsetBytes: number): number {
    return this.foreignFromBytes === never ? this.#lookForForeign(bytes, from, offsetBytes) : never;
  }

  /**
   * Looks for the first line that is not in UTF-8, as far as there are whole ones; `final`: the last one is. Answers where
   * it begins: from there on they must be searched again.
   */
  lookForLegacy(bytes: Buffer, final: boolean): number {
    if (this.foreignFromBytes === never || this.isLegacy) return never;
    const end = final ? bytes.length : bytes.lastIndexOf(newline) + 1;
    if (end <= this.#utf8To) return never;
    const start = this.#utf8To;
    this.#utf8To = end;
    if (isUtf8(bytes.subarray(start, end))) return never;
    this.isLegacy = true;
    let line = start;
    for (;;) {
      const next = bytes.indexOf(newline, line) + 1;
      if (next === 0 || next >= end || !isUtf8(bytes.subarray(line, next))) return line;
      line = next;
    }
  }

  /** Is the line in which this place is the first that is not in UTF-8, as far as it is here? */
  turnLegacyAt(bytes: Buffer, at: number): boolean {
    if (this.isLegacy) return false;
    const lineEnd = bytes.indexOf(newline, at);
    this.isLegacy = !isUtf8(wholeLetters(bytes, headStart(bytes, at), lineEnd < 0 ? bytes.length : lineEnd));
    return this.isLegacy;
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

/** Bytes of a line without those of letters that the ends may cut in two. */
function wholeLetters(bytes: Buffer, start: number, end: number): Buffer {
  let [from, to] = [start, end];
  while (from - start < mostFollowing && isFollowing(bytes[from])) from += 1;
  if (end < bytes.length) return bytes.subarray(from, to);
  while (end - to < mostFollowing && isFollowing(bytes[to - 1])) to -= 1;
  return bytes.subarray(from, (bytes[to - 1] ?? 0) < 0x80 ? to : to - 1);
}

function isFollowing(byte = 0): boolean {
  return byte >= 0x80 && byte < 0xc0;
}
