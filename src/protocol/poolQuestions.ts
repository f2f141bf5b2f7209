import type { PatternTrial } from '../core/pool/ownPattern.ts';
import type {
  PoolChart,
  PoolSnapshot,
  PoolStatus,
  PoolTarget,
  TracedClient,
} from '../core/pool/poolSnapshot.ts';
import type { EntryPlace } from './logQuestions.ts';
import type { ServerAttention, ServerSettings } from './serverQuestions.ts';

/** `pgConnections.server.seenSeconds` and `alertSeconds`, for a pooler's console; the zone of a log that states none. */
export interface PoolSettings extends Pick<ServerSettings, 'seenMs' | 'alertsMs'> {
  readonly timeZone: string;
}

/** The questions about pools. */
export interface PoolQuestions {
  /** Answers at once; what is found comes as `pool`. The password is kept in memory, and never written. */
  addPool: {
    ask: { target: PoolTarget; settings: PoolSettings; password?: string };
    answer: { status: PoolStatus };
  };
  removePool: { ask: { poolId: string }; answer: undefined };
  /** How often a console is asked from now on. A log is read in another zone by adding it again. */
  configurePool: { ask: { poolId: string; settings: PoolSettings }; answer: undefined };
  /** Who needs the figures of a console; a log is followed in any case. */
  attendPool: { ask: { poolId: string; attention: ServerAttention }; answer: undefined };
  poolSnapshot: { ask: { poolId: string }; answer: { snapshot: PoolSnapshot } };
  /** The clients of one application that come through a pooler: those with a backend first; `limit` of them. */
  tracePool: {
    ask: { poolId: string; application: string | undefined; limit: number };
    answer: { clients: TracedClient[]; total: number };
  };
  /** One pool by its name, or their sum, over time. */
  poolChart: { ask: { poolId: string; pool?: string }; answer: { chart: PoolChart } };
  /** Where a trouble of a pool stands in its log now. */
  locatePoolTrouble: {
    ask: { poolId: string; troubleId: number; largestFileBytes: number };
    answer: EntryPlace;
  };
  /** What a pattern finds in the newest lines of a file. */
  tryPattern: { ask: { path: string; pattern: string }; answer: PatternTrial };
}
