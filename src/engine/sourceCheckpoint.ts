import { dirname } from 'node:path';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import type { StoredTrouble } from '../core/session/keptTroubles.ts';
import type { SavedLogState } from '../core/session/logState.ts';
import type { OpenSession } from '../core/session/session.ts';
import type { TroubleCategory } from '../core/snapshot/troubleLists.ts';
import type { EngineSettings } from '../protocol/logQuestions.ts';
import { Checkpoint } from '../sources/checkpoint.ts';
import { bytesOf, dataOf } from '../sources/plainData.ts';
import type { ReadFile } from '../sources/postgresLog.ts';
import type { Understanding } from '../sources/understanding.ts';
import { findFile, isFile } from '../sources/tail/fileIdentity.ts';
import { LogFile, openLog } from '../sources/tail/logFile.ts';
import type { TailedFile } from '../sources/tail/tailSink.ts';
import { LogFold, type FoldOptions } from './logFold.ts';
import { packRows, unpackRows, type PackedRows } from './packedRows.ts';
import { foldOptionsOf } from './readLog.ts';

/** What the views did with a log, kept with it. */
export interface SeenTroubles {
  /** Failures up to this id have been looked at. */
  readonly seenId: number;
  /** Keys of the groups that were acknowledged. */
  readonly acknowledged: readonly string[];
}

/** What a checkpoint of a followed log holds. */
export interface SavedSource extends SeenTroubles {
  readonly state: SavedLogState;
  readonly file: TailedFile;
  readonly offsetBytes: number;
  /** The last bytes before the offset; undefined where they could not be read (the file is compressed by now). */
  readonly fingerprint: Uint8Array | undefined;
  readonly files: readonly ReadFile[];
  readonly understanding: Understanding;
}

/** What of a state is many objects: written and read as columns. */
interface Packed extends Omit<SavedSource, 'state'> {
  readonly state: Omit<SavedLogState, 'troubles' | 'book'> & {
    readonly book: Omit<SavedLogState['book'], 'sessions'>;
  };
  readonly sessions: PackedRows;
  /** As bytes: their many texts are read when they are asked for. */
  readonly troubles: Readonly<Record<TroubleCategory, Uint8Array>>;
}

/** The checkpoint of one followed log, good for as long as it is read in the same way. */
export class SourceCheckpoint {
  readonly #checkpoint: Checkpoint<Packed>;

  constructor(directory: string, log: DiscoveredLog, { logLinePrefix, timeZone }: EngineSettings) {
    const key = JSON.stringify([log.place, logLinePrefix, timeZone, log.settings.logTimezone]);
    this.#checkpoint = new Checkpoint(directory, log.id, key);
  }

  load(): SavedSource | undefined {
    const saved = this.#checkpoint.load();
    return saved && unpacked(saved);
  }

  /** Saves what is understood; nothing must be undecided in it. Nothing is saved of what is no log. */
  async save({ state, log }: LogFold, seen: SeenTroubles): Promise<void> {
    const { settled, files, understanding } = log;
    if (!settled || understanding.format === undefined) return;
    const { file, offsetBytes } = settled;
    const now = findFile(file.identity, [dirname(file.path)]);
    const fingerprint = now && bytesBefore(now.path, offsetBytes);
    await this.#checkpoint.save({
      ...packed(state.save()),
      file,
      offsetBytes,
      fingerprint,
      files,
      understanding,
      ...seen,
    });
  }
}

function packed(saved: SavedLogState): Pick<Packed, 'state' | 'sessions' | 'troubles'> {
  const { troubles, book, ...state } = saved;
  const { sessions, ...rest } = book;
  return {
    state: { ...state, book: rest },
    sessions: packRows(sessions),
    troubles: {
      failure: bytesOf(packRows(troubles.failure)),
      ending: bytesOf(packRows(troubles.ending)),
      problem: bytesOf(packRows(troubles.problem)),
    },
  };
}

function unpacked({ state, sessions, troubles, ...source }: Packed): SavedSource {
  const list = (category: TroubleCategory): StoredTrouble[] =>
    unpackRows(dataOf(troubles[category]) as PackedRows);
  let open: readonly OpenSession[] | undefined;
  return {
    ...source,
    state: {
      ...state,
      book: {
        ...state.book,
        get sessions() {
          return (open ??= unpackRows<OpenSession>(sessions));
        },
      },
      troubles: {
        get failure() {
          return list('failure');
        },
        get ending() {
          return list('ending');
        },
        get problem() {
          return list('problem');
        },
      },
    },
  };
}

/** A fold of this log as the settings want it read: from its beginning, or from where a checkpoint left off. */
export function foldOf(log: DiscoveredLog, settings: EngineSettings, saved?: SavedSource): LogFold {
  const options = foldOptionsFor(log, settings);
  if (!saved) return new LogFold(options);
  const fold = new LogFold(options, saved.state);
  fold.resume(saved.files, saved.understanding);
  return fold;
}

/** How a followed log is to be read: the user's settings, then the server's. */
export function foldOptionsFor(log: DiscoveredLog, settings: EngineSettings): FoldOptions {
  const { logLinePrefix, timeZone, memoryEvents } = settings;
  const words = {
    logLinePrefix: logLinePrefix === 'auto' ? undefined : logLinePrefix,
    timeZone: timeZone === 'auto' ? undefined : timeZone,
  };
  return foldOptionsOf(log, words, memoryEvents);
}

/** Whether what begins here is the file of a checkpoint, or a copy of it, at the place where that left off. */
export function isContinuedBy(saved: SavedSource, file: TailedFile, offsetBytes: number): boolean {
  if (offsetBytes !== saved.offsetBytes) return false;
  // nothing was read of it, or it is another one, from its beginning
  if (offsetBytes === 0) return isFile(file.path, saved.file.identity);
  const now = bytesBefore(file.path, offsetBytes);
  return !now || !saved.fingerprint || Buffer.compare(now, saved.fingerprint) === 0;
}

function bytesBefore(path: string, offsetBytes: number): Uint8Array | undefined {
  try {
    const open = openLog(path, offsetBytes);
    open.close();
    return open instanceof LogFile ? open.fingerprint : undefined;
  } catch {
    return undefined;
  }
}
