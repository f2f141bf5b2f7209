import type { Readable } from 'node:stream';
import type { DiscoveredLog, LogPlace } from '../core/log/logPlace.ts';
import type { Filter } from '../core/session/filter.ts';
import type { SpanOf } from '../sources/discovery/consecutiveLogs.ts';
import { turnFilesFor } from '../sources/turnFilesFor.ts';
import { bytesForTwoThreads } from '../sources/tail/stretchWorkers.ts';
import { tailLog, tailStream } from '../sources/tail/tailLog.ts';
import { LogFold, type FoldOptions } from './logFold.ts';

/** Events kept when a log is read to its end: reports need the counts and the newest troubles, not the events. */
const keptEvents = 20_000;

/** How a log is read to its end. */
export interface ReadOptions {
  readonly filter?: Filter | undefined;
  readonly logLinePrefix?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Events kept; undefined = as many as reports need. */
  readonly memoryEvents?: number | undefined;
}

/** What is to be read: the files of one log, as resolved or discovered, or a stream. */
export type ReadTarget = Pick<DiscoveredLog, 'place' | 'settings'> | Readable;

/** The options that a user's words and the server's configuration make together; the user's win. */
export function foldOptionsOf(
  { place, settings }: Pick<DiscoveredLog, 'place' | 'settings'>,
  options: ReadOptions,
  memoryEvents: number,
): FoldOptions {
  return {
    memoryEvents,
    settings,
    logLinePrefix: options.logLinePrefix,
    configuredPrefix: settings.logLinePrefix,
    logTimezone: options.timeZone ?? settings.logTimezone,
    isOneFile: place?.kind === 'files' && place.paths.length === 1,
  };
}

/** Reads files with these options for what they tell of when they were written, and by which program. */
export function spanBy(options: ReadOptions): SpanOf {
  return async (paths) => {
    const target: ReadTarget = { place: { kind: 'files', paths }, settings: {} };
    const fold = await foldOf(target, { ...options, filter: undefined, memoryEvents: 1 });
    return fold.span;
  };
}

/**
 * Reads a log from its first byte to its last and folds it. Throws a SentenceError when it cannot be read or is no
 * PostgreSQL log; an empty log is read, with a warning.
 */
export async function readLog(target: ReadTarget, options: ReadOptions = {}): Promise<LogFold> {
  const fold = await foldOf(target, options);
  fold.refuseForeign(fold.fileName(1) === '-' ? 'standard input' : fold.fileName(1));
  return fold;
}

async function foldOf(target: ReadTarget, options: ReadOptions): Promise<LogFold> {
  const signal = options.signal ?? new AbortController().signal;
  const isLog = 'settings' in target;
  const foldOptions = foldOptionsOf(
    isLog ? target : { settings: {} },
    options,
    options.memoryEvents ?? keptEvents,
  );
  const fold = new LogFold(foldOptions);
  if (options.filter) fold.state.look(options.filter, undefined);
  const place = (isLog ? target.place : undefined) ?? nowhere;
  const turnFiles = await turnFilesFor(place, foldOptions);
  const aheadBytes = bytesForTwoThreads(0);
  if (isLog) await tailLog(place, fold.log, { signal, follow: false, turnFiles, aheadBytes });
  else await tailStream(target, fold.log, { signal });
  fold.finish();
  return fold;
}

const nowhere: LogPlace = { kind: 'files', paths: [] };
