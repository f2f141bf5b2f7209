import type { FileIdentity } from '../../core/log/logPlace.ts';
import type { Sentence } from '../../core/sentence.ts';

/** One file as the tail sees it now; `path` may change under a rename, `identity` does not. */
export interface TailedFile {
  readonly path: string;
  readonly identity: FileIdentity;
}

/** The open file, for who reads on in it without the tail. */
export interface TailedBytes {
  /** Of this process. */
  readonly descriptor: number;
  readonly offsetBytes: number;
  /** Known to be left. */
  readonly remainingBytes: number;
  /** Reads bytes from any place; answers how many there are. */
  readAt(into: Uint8Array, offsetBytes: number): number;
  /** The tail goes on from here; false = what stood before it is no longer there. */
  pass(offsetBytes: number): boolean;
}

/**
 * What a tail feeds. The bytes are read straight into the sink's own buffer, so that nothing is copied:
 * `room()` gives the free part of it (never empty), `took(n)` says how many bytes now stand there.
 */
export interface TailSink {
  /**
   * The next bytes come from this file, starting at this offset (0, where a checkpoint left off, or behind a hole); with
   * `bytes`, what is left is so much that the sink may get ready to read ahead.
   */
  begin(file: TailedFile, offsetBytes: number, bytes?: TailedBytes): void;
  room(): Uint8Array;
  took(count: number): void;
  /**
   * Reads on by itself where that is faster, asking before each part whether to stop; what it has taken it has passed.
   * Asked after a full block of a file that began with `bytes`; it may do nothing.
   */
  readAhead?(bytes: TailedBytes, stopped: () => boolean): Promise<void>;
  /** Nothing is read any more, or not for a while, perhaps in the middle of a file: what was read is told, and whoever helps is sent home. */
  leave?(): void;
  /** Everything written so far has been handed over; more may come at any time. */
  caughtUp(): void;
  /** No more bytes of this file will come (drained and rotated away, truncated, or at rest): a half line is now final. */
  end(): void;
  /**
   * Bytes that the tail knows were destroyed unread (copy-truncate, truncate and regrow); 0 = none that it saw, but the
   * file was being written when it was truncated.
   */
  lost(bytes: number): void;
}

/** Where the tail stands: for progress, status and errors. */
export type TailStatus =
  | {
      readonly kind: 'reading';
      readonly readBytes: number;
      readonly totalBytes: number;
      /** Everything that was written until so many ms ago has been read; not told of reading that is soon done. */
      readonly behindMs?: number;
    }
  | { readonly kind: 'following' }
  /** The followed file is gone, unreadable or not there yet; the tail goes on trying. */
  | {
      readonly kind: 'waiting';
      readonly reason: 'missing' | 'denied' | 'directory' | 'failed';
      readonly path: string;
      readonly detail?: string;
    }
  /** What a log comes from that is no file ended, or cannot be reached; it is tried again. */
  | { readonly kind: 'away'; readonly sentence: Sentence };
