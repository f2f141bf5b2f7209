import type { LogPlace } from '../../core/log/logPlace.ts';
import { problemError, problemOfError, type FileProblem } from './fileProblem.ts';
import { FileDrain } from './fileDrain.ts';
import { LogFile, type OpenLog } from './logFile.ts';
import type { FoundFile } from './logSequence.ts';
import type { TurnFiles } from './logTurnFiles.ts';
import { LogTurns, type ResumePoint } from './logTurns.ts';
import { monotonicMs } from './monotonic.ts';
import { NextFiles } from './nextFiles.ts';
import { ReadingLag } from './readingLag.ts';
import { ReadingProgress } from './readingProgress.ts';
import type { TailSink, TailStatus } from './tailSink.ts';
import { TruncationDebt } from './truncationDebt.ts';
import type { WatchedPlace } from './wakeUp.ts';

export interface LogTailOptions {
  /** False: what cannot be read is thrown as a SentenceError. True: it is a status, and the next look tries again. */
  readonly follow: boolean;
  readonly resume?: ResumePoint | undefined;
  /** Tells which files of a directory tell the same; see `LogDirectory`. */
  readonly turnFiles?: TurnFiles | undefined;
  readonly onStatus?: ((status: TailStatus) => void) | undefined;
  /** From how many bytes on the sink may read ahead in a file; undefined = it never does. */
  readonly aheadBytes?: number | undefined;
}

/** `quiet`: all there is was read, wait for more; `again`: look again soon; `stopped`: in the middle, as asked. */
export type LookOutcome = 'quiet' | 'again' | 'stopped';

/**
 * Reads one log step by step: each `look` hands everything that is there to the sink, through all rotations since the
 * last, and yields to the event loop between blocks. When to look is decided outside.
 */
export class LogTail {
  readonly #turns: LogTurns;
  readonly #sink: TailSink;
  readonly #drain: FileDrain;
  readonly #follow: boolean;
  readonly #onStatus: (status: TailStatus) => void;
  readonly #aheadBytes: number;
  #lastStatus = '';
  #resume: ResumePoint | undefined;
  #open: OpenLog | undefined;
  #progress: ReadingProgress | undefined;
  readonly #lag = new ReadingLag(monotonicMs());
  #begun = false;
  /** Since it caught up the sink got something, or nothing was ever read. */
  #stale = true;
  readonly #next: NextFiles;
  readonly #debt = new TruncationDebt();

  constructor(
    place: LogPlace,
    sink: TailSink,
    { follow, resume, turnFiles, onStatus, aheadBytes }: LogTailOptions,
  ) {
    this.#turns = new LogTurns(place, turnFiles);
    this.#next = new NextFiles(this.#turns);
    this.#sink = sink;
    this.#drain = new FileDrain(this.#turns, sink, {
      came: (at) => {
        this.#stale = true;
        this.#debt.bytesCame(at);
      },
      wentOn: (open) =>
        this.#progress?.at(open, () => {
          this.glance();
          return open.remainingBytes + this.#next.sizeAfter(open);
        }),
    });
    this.#follow = follow;
    this.#resume = resume;
    this.#onStatus = onStatus ?? (() => undefined);
    this.#aheadBytes = aheadBytes ?? Number.POSITIVE_INFINITY;
  }

  /** What to watch for the next look. */
  get watched(): WatchedPlace {
    const { sequence } = this.#turns;
    const path = this.#open?.file.path ?? sequence.currentPath;
    return { directory: sequence.directory, path, belongs: (name) => sequence.belongs(name) };
  }

  /** What the sink took so far, in uncompressed bytes. */
  get takenBytes(): number {
    return this.#drain.takenBytes;
  }

  /** Reads all there is, unless `stopped` becomes true (asked before each block). One look at a time. */
  async look(stopped: () => boolean = () => false): Promise<LookOutcome> {
    this.#next.forget();
    let outcome: LookOutcome | undefined;
    if (this.#open === undefined) outcome = this.#start();
    else this.#progress = new ReadingProgress(this.#open, this.#lag, (status) => this.#tell(status));
    while (outcome === undefined) outcome = await this.#step(stopped);
    return outcome;
  }

  /** While paused: notes how much there is, so that a truncation can say what it destroyed. */
  glance(): void {
    if (this.#open instanceof LogFile) this.#open.glance();
  }

  /** Nothing more will be read: a half line is final. */
  finish(): void {
    if (this.#open !== undefined) {
      this.#progress?.now(this.#open, this.#open.remainingBytes);
      this.#settleDebt(this.#open);
    }
    if (this.#begun) this.#sink.end();
    this.#begun = false;
    this.#catchUp();
    this.close();
  }

  /** Closes the file. The sink is not told that it ends: what it has stands at an offset where a later tail can go on. */
  close(): void {
    this.#sink.leave?.();
    this.#open?.close();
    this.#open = undefined;
  }

  /** Reads the open file to its end, and turns to the next if there is one. Undefined: go on with another step. */
  async #step(stopped: () => boolean): Promise<LookOutcome | undefined> {
    const open = this.#open;
    if (open === undefined) return 'quiet';
    const beforeBytes = open.offsetBytes;
    const drained = await this.#drain.run(open, stopped);
    if (drained === 'stopped') return 'stopped';
    if (drained === 'truncated') {
      this.#next.forget();
      this.#recover(open);
      return undefined;
    }
    if (drained !== 'end')
      return drained.kind === 'failed'
        ? this.#fail(open, drained.error)
        : this.#turnTo([drained.file], open, false);
    const quiet = open.offsetBytes === beforeBytes;
    // only what is read after the next file was seen with bytes is surely the end of this one
    if (this.#next.files.length > 0) {
      if (quiet) return this.#turnTo(this.#next.files, open);
      // once more, to see that no more comes; of one that was followed when that began, a while later
      return this.#next.isSoonOver() ? undefined : 'again';
    }
    return this.#next.look(open, quiet) ? undefined : this.#rest(open);
  }

  /** It is opened again by the next look, where it was. */
  #fail(open: OpenLog, error: Error): LookOutcome {
    this.#resume = { identity: open.file.identity, offsetBytes: open.offsetBytes };
    this.close();
    this.#tell(problemOfError(open.file.path, error));
    return 'quiet';
  }

  /** Opens the first file. An outcome if there is none yet. */
  #start(): LookOutcome | undefined {
    const problem = this.#follow ? undefined : this.#turns.sequence.firstProblem();
    const open = problem ?? this.#turns.first(this.#resume);
    if (open === undefined) return 'again';
    if ('reason' in open) {
      this.#tell(open);
      return 'quiet';
    }
    const isContinued = this.#begun && this.#resume?.offsetBytes === open.offsetBytes && open.offsetBytes > 0;
    this.#open = open;
    this.#progress = new ReadingProgress(open, this.#lag, (status) => this.#tell(status), 0);
    if (!isContinued) this.#begin(open);
    this.#resume = undefined;
    return undefined;
  }

  #turnTo(files: readonly FoundFile[], from: OpenLog, isAtEnd = true): LookOutcome | undefined {
    const open = this.#turns.open(files);
    if (open === undefined) return 'again';
    if ('reason' in open) {
      this.#tell(open);
      return this.#catchUp();
    }
    this.#next.entered(open, from, files);
    this.#settleDebt(from);
    this.#reportDamage(from);
    this.#progress?.leave(from, open);
    this.#turns.leave(from, isAtEnd);
    this.#open = open;
    this.#begin(open);
    return undefined;
  }

  /** After a truncation: on with the copy of it, if there is one, as if nothing had happened; else from the start. */
  #recover(open: OpenLog): void {
    if (!(open instanceof LogFile)) return;
    const copy = this.#turns.copyOf(open);
    this.#debt.truncated(open, copy);
    if (copy !== undefined) {
      this.#progress?.leave(open, copy);
      open.close();
      this.#open = copy;
      return;
    }
    this.#settleDebt(open);
    open.restart();
    this.#begin(open);
  }

  #begin(open: OpenLog): void {
    if (this.#begun) this.#sink.end();
    this.#begun = true;
    this.#stale = true;
    const isAhead = open instanceof LogFile && open.remainingBytes >= this.#aheadBytes;
    this.#sink.begin(open.file, open.offsetBytes, isAhead ? open : undefined);
  }

  /** What a truncated file had beyond the last byte that was read of it or of its copy is lost. */
  #settleDebt(open: OpenLog): void {
    const lostBytes = this.#debt.settle(open);
    if (lostBytes !== undefined) this.#sink.lost(lostBytes);
  }

  #rest(open: OpenLog): LookOutcome {
    this.#lag.caughtUp(this.#drain.readAt);
    const problem = this.#reportDamage(open) ?? (this.#follow ? this.#turns.sequence.problem() : undefined);
    this.#tell(problem ?? { kind: 'following' });
    return this.#follow ? this.#catchUp() : 'quiet';
  }

  #reportDamage({ damage, file }: OpenLog): FileProblem | undefined {
    if (damage === undefined) return undefined;
    const problem: FileProblem = { kind: 'waiting', reason: 'failed', path: file.path, detail: damage };
    this.#tell(problem);
    return problem;
  }

  #catchUp(): LookOutcome {
    if (this.#stale) this.#sink.caughtUp();
    this.#stale = false;
    return 'quiet';
  }

  /** Says each status once. For who does not follow, a problem is the end. */
  #tell(status: TailStatus): void {
    if (status.kind === 'waiting' && !this.#follow) throw problemError(status);
    if (status.kind === 'following' && !this.#follow) return;
    const text = JSON.stringify(status);
    if (text === this.#lastStatus) return;
    this.#lastStatus = text;
    this.#onStatus(status);
  }
}
