import type { DiscoveredLog } from '../core/log/logPlace.ts';
import type { EngineSettings } from '../protocol/logQuestions.ts';
import { monotonicMs } from '../sources/tail/monotonic.ts';
import type { LogFold } from './logFold.ts';
import { SourceCheckpoint, type SavedSource, type SeenTroubles } from './sourceCheckpoint.ts';

/** How often a followed log's checkpoint is written, at most. */
const checkpointEveryMs = 30_000;

/** Writes the checkpoint of a followed log: now and then, and only what is new. A failure is logged, and no more. */
export class SourceSaving {
  readonly #checkpoint: SourceCheckpoint | undefined;
  readonly #warn: (text: string) => void;
  /** By `monotonicMs`. */
  #savedAt = monotonicMs();
  #savedVersion = -1;

  /** `directory` undefined = nothing is saved. */
  constructor(
    directory: string | undefined,
    log: DiscoveredLog,
    settings: EngineSettings,
    warn: (text: string) => void,
  ) {
    this.#checkpoint = directory === undefined ? undefined : new SourceCheckpoint(directory, log, settings);
    this.#warn = warn;
  }

  load(): SavedSource | undefined {
    return this.#checkpoint?.load();
  }

  /** The last one was written long enough ago. */
  get isDue(): boolean {
    return monotonicMs() - this.#savedAt > checkpointEveryMs;
  }

  async save(fold: LogFold, seen: SeenTroubles): Promise<void> {
    if (!this.#checkpoint || fold.state.version === this.#savedVersion) return;
    if (fold.state.book.undecidedSince !== undefined) fold.finish();
    this.#savedAt = monotonicMs();
    this.#savedVersion = fold.state.version;
    try {
      await this.#checkpoint.save(fold, seen);
    } catch (error) {
      // the next time, at the latest when the source is closed, it is tried again
      this.#savedVersion = -1;
      this.#warn(`The checkpoint could not be written: ${String(error)}`);
    }
  }
}
