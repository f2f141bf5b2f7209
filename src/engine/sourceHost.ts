import type { LogOrigin } from '../core/log/logPlace.ts';
import type { FollowElsewhere } from '../sources/tail/elsewhere.ts';
import type { FirstListSizes } from './firstListShown.ts';

/** What a source needs from the engine around it. */
export interface SourceHost {
  readonly storageDirectory: string | undefined;
  /** How a log is followed that is no file of this machine. */
  elsewhere?(origin: LogOrigin): Promise<FollowElsewhere>;
  /** Something changed that a view may show. */
  changed(): void;
  /** Undefined = as usual. */
  readonly firstListSizes?: FirstListSizes | undefined;
  /** From how many bytes on two threads read a file. */
  readonly aheadBytes?: number | undefined;
  log(level: 'info' | 'warn' | 'error', text: string): void;
}
