import { LogFold, type FoldOptions } from '../../src/engine/logFold.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import type { StoredEvent } from '../../src/core/session/storedEvent.ts';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { WasmScan } from '../../src/sources/tail/wasmScan.ts';

const file = { path: 'server.log', identity: { device: 1, inode: 1, head: '', headBytes: 0 } };

/** How bytes are cut: sizes of the pieces, the last one repeated. */
export type Pieces = () => number;

/** Feeds a log in pieces; answers what `room` allowed. */
export function pour(log: PostgresLog, bytes: Uint8Array, pieces: Pieces = () => bytes.length): void {
  for (let at = 0; at < bytes.length;) {
    const room = log.room();
    const count = Math.min(room.length, bytes.length - at, Math.max(1, pieces()));
    room.set(bytes.subarray(at, at + count));
    log.took(count);
    at += count;
  }
}

/** Every entry of a whole log with its offset, and how many lines were not understood. */
export function entriesOf(
  text: string | Uint8Array,
  pieces?: Pieces,
  hints: Partial<FoldOptions> = {},
  wasm: () => WasmScan | null = () => WasmScan.start(),
): { entries: { offset: number; entry: LogEntry }[]; log: PostgresLog } {
  const entries: { offset: number; entry: LogEntry }[] = [];
  const log = new PostgresLog({ entry: (entry, _, offset) => entries.push({ offset, entry }) }, hints, wasm);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  log.begin(file, 0);
  pour(log, bytes, pieces);
  log.caughtUp();
  log.end();
  return { entries, log };
}

/**
 * The entries of a log that is read whole, then again and again, each time in other pieces: by then its format is
 * known. Their offsets are those of the first time.
 */
export function entriesOfRepeated(bytes: Uint8Array, cuts: readonly (Pieces | undefined)[]): unknown[][] {
  let told: unknown[] = [];
  let before = 0;
  const log = new PostgresLog(
    { entry: (entry, _, offset) => told.push({ offset: offset - before, entry }) },
    {},
  );
  log.begin(file, 0);
  pour(log, bytes);
  log.caughtUp();
  return cuts.map((pieces, nth) => {
    told = [];
    before = bytes.length * (nth + 1);
    pour(log, bytes, pieces);
    log.caughtUp();
    return told;
  });
}

/** A whole log, folded. */
export function folded(text: string | Uint8Array, options: Partial<FoldOptions> = {}): LogFold {
  const fold = new LogFold({ memoryEvents: 2000, ...options });
  fold.log.begin(file, 0);
  pour(fold.log, typeof text === 'string' ? Buffer.from(text) : text);
  fold.log.caughtUp();
  fold.log.end();
  fold.finish();
  return fold;
}

/** The stored events as words, oldest first: `connect app@shop`, `failure bob@shop`. */
export function told(fold: LogFold): string[] {
  return [...fold.state.newestEvents()].reverse().map(wordOf);
}

function wordOf({ kind, names, replication, connectSeen }: StoredEvent): string {
  const who = names.user === undefined || kind === 'problem' ? '' : ` ${names.user}@${names.database ?? ''}`;
  const older = kind === 'disconnect' && !connectSeen ? ' (older)' : '';
  return `${kind}${replication ? ' of walsender' : ''}${who}${older}`;
}
