import { parseConnectionMessage } from '../core/connection/connectionMessage.ts';
import type { LogEntry } from '../core/log/logEntry.ts';
import { PidSet } from './pidSet.ts';

/** What an entry says of the process whose pid it has, so far as it matters to those who read what stands before. */
type Step = 'begins' | 'goesOn' | 'ends';

/** Lines of one session's set-up; more are of several processes. */
const mostCutEntries = 8;

/**
 * What a part of a log tells of processes, for the part before it: which pids it has seen begin, go on or end, so that
 * no session of theirs that began before can still be open; and which sessions are cut in two by its beginning.
 */
export class PartProcesses {
  readonly #seen = new PidSet();
  /** Of processes that began before this part and may still live: their entries so far. */
  readonly #cut = new Map<number, LogEntry[]>();
  /** The server began or ended here: what stands before tells nothing of the present. */
  losesAll = false;
  /** There are sessions here that have no pid, so that nothing can be said of those that began before. */
  isUntellable = false;
  /** What is logged of connections was changed here: what stands before does not make it complete. */
  changesLogging = false;
  /** A second start that failed says that it is shut down, too. */
  #failedStartPid: number | undefined;

  /** Whether a session of this process that began before this part is surely over, or is told of in this part. */
  hasSeen(pid: number): boolean {
    return this.#seen.has(pid);
  }

  /** The entries of a session that began before this part, in their order. */
  cutEntries(pid: number): readonly LogEntry[] | undefined {
    return this.#cut.get(pid);
  }

  note(entry: LogEntry): void {
    const { pid, severity } = entry;
    if (entry.program === 'pgbouncer') this.isUntellable = true;
    if (severity === 'FATAL') {
      if (/lock file|postmaster\.pid/.test(entry.message)) this.#failedStartPid = pid;
      this.#step(entry, 'ends');
    } else if (severity === 'LOG') this.#noteLog(entry);
  }

  /** What this part and the one before it tell together, for the one before both. */
  addEarlier(earlier: PartProcesses): void {
    for (const [pid, entries] of earlier.#cut) {
      const later = this.#cut.get(pid);
      // else the process is over, or was told of as a whole
      if (later || !this.#seen.has(pid)) this.#cut.set(pid, [...entries, ...(later ?? [])]);
    }
    for (const pid of [...this.#cut.keys()])
      if (earlier.#seen.has(pid) && !earlier.#cut.has(pid)) this.#cut.delete(pid);
    this.#seen.addAll(earlier.#seen);
    this.losesAll ||= earlier.losesAll;
    this.isUntellable ||= earlier.isUntellable;
    this.changesLogging ||= earlier.changesLogging;
  }

  #noteLog(entry: LogEntry): void {
    const message = parseConnectionMessage(entry);
    switch (message?.kind) {
      case 'received':
      case 'authenticated':
      case 'authorized':
      case 'ready':
      case 'disconnection':
        return this.#step(entry, stepOf(message.kind));
      case 'server':
        if (message.what === 'processTerminated') this.#seen.add(message.pid);
        else if (message.what === 'parameterChanged')
          this.changesLogging ||= /^log_(?:dis)?connections$/.test(message.name);
        else if (this.#losesAll(message.what, entry)) this.#loseAll();
        return;
      case 'clientTrouble':
      case undefined:
    }
  }

  /** Is nobody connected any more after this, as serverMessages.ts has it? */
  #losesAll(what: string, { pid }: LogEntry): boolean {
    switch (what) {
      case 'starting':
      case 'wasShutDown':
      case 'wasInterrupted':
      case 'notProperlyShutDown':
      case 'terminatingOthers':
      case 'reinitializing':
      case 'immediateShutdown':
        return true;
      case 'shutDown':
        return pid === undefined || pid !== this.#failedStartPid;
      default:
        return false;
    }
  }

  #loseAll(): void {
    this.losesAll = true;
    this.#cut.clear();
  }

  #step(entry: LogEntry, step: Step): void {
    if (entry.pid === undefined) this.isUntellable ||= entry.rawText === undefined;
    else this.noteStep(entry.pid, step, () => entry);
  }

  /** Notes a line of a process by what it means to it. */
  noteStep(pid: number, step: Step, entryOf: () => LogEntry): void {
    const cut = this.#cut.get(pid);
    if (step !== 'goesOn' || (cut && cut.length >= mostCutEntries)) this.#cut.delete(pid);
    else if (cut) cut.push(entryOf());
    else if (!this.#seen.has(pid)) this.#cut.set(pid, [entryOf()]);
    this.#seen.add(pid);
  }
}

/** What a message that tells of a session's life means to its process. */
export function stepOf(kind: 'received' | 'authenticated' | 'authorized' | 'ready' | 'disconnection'): Step {
  if (kind === 'received') return 'begins';
  return kind === 'disconnection' ? 'ends' : 'goesOn';
}
