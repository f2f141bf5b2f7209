import type { TailSink } from '../sources/tail/tailSink.ts';
import type { LogFold } from './logFold.ts';
import { isContinuedBy, type SavedSource } from './sourceCheckpoint.ts';

/** The file that begins is not the one that a checkpoint tells of. */
export class CheckpointRefused extends Error {}

/** What a source hears of its reading. */
export interface SourceSinkListener {
  /** Bytes were taken; `version` was the state's before. */
  took(version: number): void;
  caughtUp(): void;
}

/**
 * A fold as a tail's sink. With a checkpoint, `begin` throws CheckpointRefused where the first file is not the one that
 * it tells of.
 */
export function sourceSink(
  { log, state }: LogFold,
  listener: SourceSinkListener,
  saved?: SavedSource,
): TailSink {
  let begun = false;
  const telling = (change: () => void): void => {
    const before = state.version;
    change();
    listener.took(before);
  };
  return {
    begin: (file, offsetBytes, bytes) => {
      if (!begun && saved && !isContinuedBy(saved, file, offsetBytes)) throw new CheckpointRefused();
      begun = true;
      telling(() => log.begin(file, offsetBytes, bytes));
    },
    room: () => log.room(),
    took: (count) => telling(() => log.took(count)),
    readAhead: (bytes, stopped) => {
      let before = state.version;
      return log.readAhead(bytes, () => {
        listener.took(before);
        before = state.version;
        return stopped();
      });
    },
    caughtUp: () => {
      telling(() => log.caughtUp());
      listener.caughtUp();
    },
    leave: () => telling(() => log.leave()),
    end: () => telling(() => log.end()),
    lost: (bytes) => log.lost(bytes),
  };
}
