import { Buffer } from 'node:buffer';
import { RepeatedLines } from './repeatedLines.ts';

/** A line that is longer is handed on as it comes. */
const mostHeldBytes = 1024 * 1024;
/** Beside its length, so much of a line makes its hash: in a log, when and who. */
const hashedBytes = 160;
const newline = 0x0a;
const lineBreak = Buffer.from('\n');
const nothing = Buffer.alloc(0);

/** Who takes the lines of a stream. */
export interface OutputTaker {
  /** Whole lines, or a piece of a very long one. */
  take(bytes: Uint8Array): void;
  /** What a further run prints does not go on where the run before ended: what came in between may be missing. */
  notRepeated(): void;
}

/**
 * One of the two streams of a command, cut into whole lines, so that those of the other do not come in between. What an
 * earlier run has printed is left out. Holds at most a line, or as much of one as is bounded.
 */
export class OutputStream {
  readonly #taker: OutputTaker;
  readonly #repeated = new RepeatedLines();
  /** The last line, without its end; after a run, what that was broken off in. */
  #rest: Buffer = nothing;
  /** Lines that may have been printed before. */
  #held: Buffer[] = [];
  /** A very long line is handed on in pieces, or its rest is passed over; undefined = there is none. */
  #long: 'handed on' | 'passed over' | undefined;
  /** The end of the run before, until it is known whether it is printed again. */
  #half: Buffer = nothing;

  constructor(taker: OutputTaker) {
    this.#taker = taker;
  }

  /** Lines that were new, of all runs. */
  get lineCount(): number {
    return this.#repeated.count;
  }

  /** Another run begins. */
  begin(): void {
    this.#repeated.begin();
  }

  took(bytes: Buffer): void {
    const last = bytes.lastIndexOf(newline) + 1;
    if (last > 0) this.#lines(this.#joined(bytes.subarray(0, last)));
    if (last < bytes.length) this.#keep(bytes.subarray(last));
  }

  /** The run is over. What it may have printed before it has printed before; a broken line waits for the next run. */
  end(): void {
    this.#held = [];
    if (this.#long === 'handed on') this.#taker.take(lineBreak);
    this.#long = undefined;
    if (this.#rest.length > 0) this.#half = this.#rest;
    this.#rest = nothing;
  }

  /** There is no other run: the broken line is all there is. */
  finish(): void {
    this.end();
    this.#tellHalf(nothing);
  }

  /** Ends a line that is handed on in pieces, as others come: its rest is passed over. */
  interrupt(): void {
    if (this.#long !== 'handed on') return;
    this.#long = 'passed over';
    this.#taker.take(lineBreak);
  }

  /** With what was held of the first line; without the rest of a very long one. */
  #joined(lines: Buffer): Buffer {
    if (this.#long) {
      const end = lines.indexOf(newline) + 1;
      if (this.#long === 'handed on') this.#taker.take(lines.subarray(0, end));
      this.#long = undefined;
      return lines.subarray(end);
    }
    if (this.#rest.length === 0) return lines;
    const joined = Buffer.concat([this.#rest, lines]);
    this.#rest = nothing;
    return joined;
  }

  #keep(bytes: Buffer): void {
    if (this.#long === 'handed on') this.#taker.take(bytes);
    if (this.#long) return;
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (this.#rest.length <= mostHeldBytes) return;
    const begun = this.#rest;
    this.#rest = nothing;
    this.#long = this.#judged(begun, begun.length) ? 'handed on' : 'passed over';
  }

  #lines(lines: Buffer): void {
    let from = 0;
    while (from < lines.length && this.#repeated.isLooking) {
      const end = lines.indexOf(newline, from) + 1;
      this.#judged(lines.subarray(from, end), end - from - 1);
      from = end;
    }
    if (from === lines.length) return;
    const fresh = lines.subarray(from);
    for (let at = 0; at < fresh.length;) {
      const end = fresh.indexOf(newline, at);
      this.#repeated.next(hashOf(fresh, at, end - at));
      at = end + 1;
    }
    this.#tellHalf(fresh);
    this.#taker.take(fresh);
  }

  /** Takes a line, or the beginning of a very long one, if it is new; false = it is an old one, or may be. */
  #judged(line: Buffer, lengthBytes: number): boolean {
    const verdict = this.#repeated.next(hashOf(line, 0, lengthBytes));
    switch (verdict) {
      case 'held':
        // the bytes of the chunk are not ours for long
        this.#held.push(Buffer.from(line));
        return false;
      case 'known':
        this.#held = [];
        return false;
      case 'new':
      case 'fresh':
        if (verdict === 'fresh') this.#taker.notRepeated();
        this.#tellHalf(this.#held[0] ?? line);
        for (const held of this.#held) this.#taker.take(withEnd(held));
        this.#held = [];
        this.#taker.take(line);
        return true;
    }
  }

  /** What the run before was broken off in, unless it is printed whole now. */
  #tellHalf(next: Buffer): void {
    const half = this.#half;
    this.#half = nothing;
    if (half.length === 0 || next.subarray(0, half.length).equals(half)) return;
    this.#taker.take(Buffer.concat([half, lineBreak]));
  }
}

function withEnd(line: Buffer): Buffer {
  return line.at(-1) === newline ? line : Buffer.concat([line, lineBreak]);
}

/** FNV-1a of a line's first bytes and its length, which of a very long one does not count. */
function hashOf(bytes: Uint8Array, from: number, lengthBytes: number): number {
  let hash = 2166136261 ^ Math.min(lengthBytes, mostHeldBytes);
  const end = from + Math.min(lengthBytes, hashedBytes);
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 16777619);
  return hash >>> 0;
}
