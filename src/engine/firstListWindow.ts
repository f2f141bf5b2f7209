import type { EntryPlaceInLog } from '../core/connection/connectionEvent.ts';
import type { LogEntry } from '../core/log/logEntry.ts';
import {
  lineFormIn,
  lineNumber,
  lineOf,
  lineOffsetIn,
  linePidIn,
  linesOf,
  type LineBlock,
} from '../core/log/lineBlock.ts';
import { entryOf } from '../core/log/recurring.ts';
import type { EarlierPart } from '../core/session/olderSessions.ts';
import { LogState } from '../core/session/logState.ts';
import { openingOf } from '../core/session/savedBook.ts';
import type { OpenSession } from '../core/session/session.ts';
import { PostgresLog } from '../sources/postgresLog.ts';
import { PartProcesses, stepOf } from './firstListProcesses.ts';
import type { FoldOptions } from './logFold.ts';

/** Reads windows of one log, each into a fold of its own; how the log is written is told once. */
export class WindowReading {
  readonly log: PostgresLog;
  #window: WindowFold | undefined;

  /** `logLinePrefix`: tried first. */
  constructor({ memoryEvents: _events, settings: _settings, ...hints }: FoldOptions, logLinePrefix?: string) {
    this.log = new PostgresLog(
      {
        entry: (entry, fileNumber, offsetBytes) => this.#window?.take(entry, { fileNumber, offsetBytes }),
        lines: (block) => this.#window?.takeLines(block),
      },
      hints,
    );
    this.log.understanding.logLinePrefix = logLinePrefix;
  }

  /** What is read from now on is this window's. */
  into(window: WindowFold): WindowFold {
    this.#window = window;
    return window;
  }
}

/** One window of a log being folded by itself: what it knows of those who are open at its end, and of processes. */
export class WindowFold {
  readonly processes = new PartProcesses();
  readonly #state: LogState;
  readonly #toBytes: number;
  /** Its entries are booked, not only noted. */
  #isBooked = true;

  /** `toBytes`: what begins from there on belongs to the next window. */
  constructor(memoryEvents: number, toBytes = Number.POSITIVE_INFINITY) {
    this.#state = new LogState(memoryEvents);
    this.#toBytes = toBytes;
  }

  take(entry: LogEntry, place: EntryPlaceInLog): void {
    if (place.offsetBytes >= this.#toBytes) return;
    this.processes.note(entry);
    if (this.#isBooked) this.#state.apply({ entry, place, arrivedAt: Date.now() });
  }

  /** Does what `take` would do with the lines' entries. */
  takeLines(block: LineBlock): void {
    let count = block.count;
    while (count > 0 && lineNumber(block, count - 1, lineOffsetIn) >= this.#toBytes) count -= 1;
    for (let index = 0; index < count; index += 1) this.#noteLine(block, index);
    if (this.#isBooked && count > 0) this.#state.applyLines(linesOf(block, 0, count));
  }

  #noteLine(block: LineBlock, index: number): void {
    const kind = block.forms[lineNumber(block, index, lineFormIn)]?.message?.kind;
    if (kind === undefined) this.processes.note(entryOf(lineOf(block, index)));
    else
      this.processes.noteStep(lineNumber(block, index, linePidIn), stepOf(kind), () =>
        entryOf(lineOf(block, index)),
      );
  }

  /** Who is open at the end of the window, everything undecided being as it looks; from now on entries are only noted. */
  finish(): LogState {
    this.#isBooked = false;
    this.#state.book.settle(Number.POSITIVE_INFINITY);
    return this.#state;
  }

  /** What the window tells of the present, if `later` is what all that follows it tells of processes. */
  earlierPart(later: PartProcesses): EarlierPart {
    const state = this.finish();
    const evidence = { ...state.book.evidence };
    const before = [...state.book.sessions()];
    this.#goOn(state, later, before);
    const after = new Map([...state.book.sessions()].map((session) => [session.pid, session]));
    const sessions: OpenSession[] = [];
    const completed = new Map<number, OpenSession>();
    for (const { pid, key, connectedAt } of before) {
      const now = after.get(pid);
      if (pid === undefined || !now || !isOpenStill(later, pid)) continue;
      if (now.key === key && now.connectedAt === connectedAt) sessions.push(now);
    }
    const older = new Set(sessions.map(({ pid }) => pid));
    for (const [pid, session] of after)
      if (pid !== undefined && later.cutEntries(pid) && !older.has(pid)) completed.set(pid, session);
    const { server } = state.book;
    return {
      ...{ sessions, completed, server, restartsAt: state.restartsAt },
      opening: openingOf(state.book).filter(([key]) => isOpenStill(later, pidOf(key))),
      evidence: { ...evidence, startSeen: evidence.startSeen && !later.changesLogging },
    };
  }

  /** Sessions whose lines are cut in two by the end of the window: the rest of their lines. */
  #goOn(state: LogState, later: PartProcesses, before: readonly OpenSession[]): void {
    const pids = new Set([
      ...before.map(({ pid }) => pid),
      ...openingOf(state.book).map(([key]) => pidOf(key)),
    ]);
    for (const pid of pids) {
      const entries = (pid === undefined ? undefined : later.cutEntries(pid)) ?? [];
      for (const entry of entries)
        state.apply({ entry, place: { fileNumber: 0, offsetBytes: 0 }, arrivedAt: 0 });
    }
    state.book.settle(Number.POSITIVE_INFINITY);
  }
}

/** Nothing later says that this process is over, or was told of as a whole. */
function isOpenStill(later: PartProcesses, pid: number | undefined): boolean {
  return pid !== undefined && (!later.hasSeen(pid) || later.cutEntries(pid) !== undefined);
}

/** The pid in the key of a session. */
function pidOf(key: string): number | undefined {
  const [, hex, decimal] = /^[0-9a-f]+\.([0-9a-f]+)$|^pid (\d+)/.exec(key) ?? [];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return decimal === undefined ? undefined : Number(decimal);
}
