import { basename } from 'node:path';
import { togetherMs, turnOf } from '../../core/log/logFiles.ts';
import type { FileIdentity, LogPlace } from '../../core/log/logPlace.ts';
import { Alternation, type OtherFile } from './alternation.ts';
import { findFiles, isFile } from './fileIdentity.ts';
import { problemOfError, type FileProblem } from './fileProblem.ts';
import { LogDirectory } from './logDirectory.ts';
import { LogFile, openLog, type OpenLog } from './logFile.ts';
import {
  ListedLogs,
  type FilesBeside,
  type FoundFile,
  type LogSequence,
  type OpenedFile,
} from './logSequence.ts';
import type { TurnFiles } from './logTurnFiles.ts';
import type { TailedFile } from './tailSink.ts';

/** Where an earlier tail stood. */
export interface ResumePoint {
  readonly identity: FileIdentity;
  readonly offsetBytes: number;
  /** Files that it had left, and where; oldest first. */
  readonly left?: readonly { readonly file: TailedFile; readonly toBytes?: number | undefined }[] | undefined;
}

interface LeftFile {
  readonly offsetBytes: number;
  readonly fingerprint: Uint8Array;
  readonly modifiedAt: number;
}

const noneBeside: FilesBeside = { files: [], expected: [], saidAt: '' };

/** How many files that were left are remembered with their offsets. */
const rememberedFiles = 1000;
/** Of those that an earlier tail had left: to compare one with what is there costs a moment of a start. */
const resumedFiles = 30;

/**
 * The files of one log, opened one after the other. A file that comes again (a ring that is appended to) is opened
 * where it was left, if its bytes before that are still those that were read.
 */
export class LogTurns {
  readonly sequence: LogSequence;
  readonly #left = new Map<string, LeftFile>();
  /** Those that were not read to their end, or of which nobody knows whether others tell the same. */
  readonly #waiting = new Set<string>();
  /** When the server said what it writes, as the last look found it. */
  #saidAt: string | undefined;

  constructor(place: LogPlace, turnFiles?: TurnFiles) {
    this.sequence = place.kind === 'files' ? new ListedLogs(place.paths) : new LogDirectory(place, turnFiles);
  }

  /**
   * The file to begin with: where an earlier tail stood, if that file is still there and long enough, else the
   * oldest. A problem if there is none; undefined if the disk changed in between (try again).
   */
  first(resume: ResumePoint | undefined): OpenLog | FileProblem | undefined {
    const files = this.sequence.files();
    const resumed = resume === undefined ? undefined : this.#resumed(resume);
    if (resumed !== undefined) {
      this.#recallLeft(resume?.left ?? [], files);
      if (!files.some((file) => this.#isBetween(file, resumed))) return resumed;
      resumed.close();
      this.#left.clear();
    }
    const filled = files.filter(({ sizeBytes }) => sizeBytes > 0);
    return this.open(filled.length > 0 ? filled : files.slice(-1));
  }

  /** The files with unread bytes that follow the open one, oldest first; see `LogSequence.after`. */
  after({ file, modifiedAt }: OpenLog, quiet: boolean): FoundFile[] {
    const opened = { path: file.path, identity: file.identity, modifiedAt };
    const later = this.sequence.after(opened, quiet).filter((found) => this.#isUnread(found));
    const isLater = new Set(later.map(keyOf));
    return [...this.#beside(opened).filter((found) => !isLater.has(keyOf(found))), ...later];
  }

  /** Up to where the open file may be read before others of its name come; undefined = it alone is the log. */
  alternation(open: OpenLog): Alternation | undefined {
    if (!this.sequence.beside || !(open instanceof LogFile)) return undefined;
    const { file, modifiedAt, sizeBytes } = open;
    const beside = this.#beside({ path: file.path, identity: file.identity, modifiedAt });
    const others = beside.flatMap((found) => this.#plain(found) ?? []);
    return new Alternation(open, sizeBytes, others);
  }

  /** The files with unread bytes that the server may have written in turns with the open one. */
  #beside(open: OpenedFile): FoundFile[] {
    const { files, expected, saidAt } = this.sequence.beside?.(open) ?? noneBeside;
    const unread = files.filter((file) => file.sizeBytes > 0 && this.#isUnread(file));
    if (saidAt !== this.#saidAt) for (const file of unread) this.#waiting.add(keyOf(file));
    this.#saidAt = saidAt;
    const isExpected = new Set(expected.map(keyOf));
    return unread.filter((file) => isExpected.has(keyOf(file)) || this.#waiting.has(keyOf(file)));
  }

  #plain(found: FoundFile): OtherFile | undefined {
    try {
      const open = this.#enter(found);
      if (open instanceof LogFile) return { found, open };
      open.close();
    } catch {
      // unreadable: said when it is to be read
    }
    return undefined;
  }

  /** Opens the first of the files that can be. The problem of the last if none can; undefined as in `first`. */
  open(files: readonly FoundFile[]): OpenLog | FileProblem | undefined {
    let problem = this.sequence.problem() ?? missing(this.sequence.currentPath);
    for (const found of files) {
      try {
        const open = this.#enter(found);
        if (open.file.identity.inode === found.inode) return open;
        // renamed since it was found: behind this name is another now
        open.close();
        return undefined;
      } catch (error) {
        problem = problemOfError(found.path, error);
      }
    }
    return problem;
  }

  /** Closes a file that was read to its end, or so far that another comes first, and remembers where that was. */
  leave(open: OpenLog, isAtEnd = true): void {
    if (open instanceof LogFile) {
      const key = keyOf(open.file.identity);
      if (isAtEnd) this.#waiting.delete(key);
      else this.#waiting.add(key);
      this.#left.delete(key);
      const { offsetBytes, fingerprint, modifiedAt } = open;
      this.#left.set(key, { offsetBytes, fingerprint, modifiedAt });
      const [oldest] = this.#left.keys();
      if (this.#left.size > rememberedFiles && oldest !== undefined) this.#left.delete(oldest);
    }
    open.close();
  }

  /** The copy that copytruncate made of a file before it truncated it, opened where the file was read to. */
  copyOf({ file, offsetBytes, fingerprint }: LogFile): OpenLog | undefined {
    const name = basename(file.path).replace(/[.-]\d+$/, '');
    const isTurn = (other: string) => other.startsWith(name);
    const copies = findFiles(file.identity, this.sequence.directories, isTurn)
      .filter(({ identity }) => identity.inode !== file.identity.inode)
      .flatMap(({ path }) => tryOpen(path, offsetBytes) ?? []);
    const isContinued = (copy: OpenLog) => !(copy instanceof LogFile) || equal(copy.fingerprint, fingerprint);
    // gzip may still be writing its file, so the plain one comes first
    const best =
      copies.find((copy) => copy instanceof LogFile && isContinued(copy)) ?? copies.find(isContinued);
    for (const copy of copies) if (copy !== best) copy.close();
    return best;
  }

  #enter(found: FoundFile): OpenLog {
    const left = this.#left.get(keyOf(found));
    const again = left === undefined ? undefined : tryOpen(found.path, left.offsetBytes);
    if (again instanceof LogFile && left !== undefined && equal(again.fingerprint, left.fingerprint))
      return again;
    again?.close();
    return openLog(found.path);
  }

  /** Files that are still those which an earlier tail had left are opened, if they grow, where it had. */
  #recallLeft(left: NonNullable<ResumePoint['left']>, files: readonly FoundFile[]): void {
    const found = new Map(files.map((file) => [keyOf(file), file]));
    for (const { file, toBytes } of left.slice(-resumedFiles)) {
      const now = found.get(keyOf(file.identity));
      if (!now || toBytes === undefined || !isFile(now.path, file.identity)) continue;
      const open = tryOpen(now.path, toBytes);
      if (open instanceof LogFile) this.leave(open);
      else open?.close();
    }
  }

  /** Was a file in another format perhaps written while nobody looked, before this one was written again? */
  #isBetween(found: FoundFile, resumed: OpenLog): boolean {
    const { path, identity } = resumed.file;
    const isOther = turnOf(found.path) === turnOf(path) && keyOf(found) !== keyOf(identity);
    // what is written at once tells the same; what is written later follows
    return isOther && found.modifiedAt < resumed.modifiedAt - togetherMs && this.#isUnread(found);
  }

  #isUnread(found: FoundFile): boolean {
    const left = this.#left.get(keyOf(found));
    return left?.offsetBytes !== found.sizeBytes || left.modifiedAt !== found.modifiedAt;
  }

  #resumed({ identity, offsetBytes }: ResumePoint): OpenLog | undefined {
    const places = findFiles(identity, this.sequence.directories, (name) => this.sequence.belongs(name));
    for (const { path } of places) {
      const open = tryOpen(path, offsetBytes);
      if (open !== undefined) return open;
    }
    return undefined;
  }
}

function keyOf({ device, inode }: { device: number; inode: number }): string {
  return `${device}:${inode}`;
}

function missing(path: string): FileProblem {
  return { kind: 'waiting', reason: 'missing', path };
}

/** The file opened at an offset, if it can be and, as far as is known before unpacking it, is that long. */
function tryOpen(path: string, offsetBytes: number): OpenLog | undefined {
  try {
    const open = openLog(path, offsetBytes);
    if (!(open instanceof LogFile) || open.knownBytes >= offsetBytes) return open;
    open.close();
  } catch {
    // unreadable: as if it were not there
  }
  return undefined;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
