import type { Sentence } from '../../core/sentence.ts';
import type { PauseSwitch } from './pauseSwitch.ts';
import type { TailSink, TailStatus } from './tailSink.ts';

/** How a log is followed that is no file of this machine. */
export interface ElsewhereOptions {
  /** Ends it; nothing is left. */
  readonly signal: AbortSignal;
  readonly paused?: PauseSwitch | undefined;
  readonly onStatus: (status: TailStatus) => void;
  /** A part of the log may be missing. */
  readonly onGap: (gap: Sentence) => void;
}

/** Feeds such a log to a sink until the signal aborts; whatever goes wrong is a status, and tried again. */
export type FollowElsewhere = (sink: TailSink, options: ElsewhereOptions) => Promise<void>;
