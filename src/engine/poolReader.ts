import type { PoolFinding } from '../core/pool/poolFinding.ts';
import type {
  PoolChart,
  PoolOrigin,
  PoolSnapshot,
  PoolState,
  TracedClient,
} from '../core/pool/poolSnapshot.ts';
import type { Sentence } from '../core/sentence.ts';
import type { ActivitySample } from '../core/server/activity.ts';
import type { EntryPlace } from '../protocol/logQuestions.ts';
import type { PoolSettings } from '../protocol/poolQuestions.ts';
import type { ServerAttention } from '../protocol/serverQuestions.ts';

/** What reads one source of pools: its log, or the console of a PgBouncer. */
export interface PoolReader {
  readonly label: string;
  readonly origin: PoolOrigin;
  readonly state: PoolState;
  readonly needsPassword: boolean;
  readonly sentence: Sentence | undefined;
  readonly toldAt: number | undefined;
  readonly path: string | undefined;
  /** What there is to find ends by time alone too. */
  readonly ages: boolean;
  /** Begins; returns at once. */
  start(): void;
  configure(settings: PoolSettings): void;
  attend(attention: ServerAttention): void;
  /** Resolves when nothing is left. */
  close(): Promise<void>;
  findings(at: number): readonly PoolFinding[];
  parts(): PoolParts;
  traced(application: string | undefined, servers: readonly ActivitySample[]): readonly TracedClient[];
  /** Of one pool by its name, or of all; undefined = there is none of this name. */
  chart(pool: string | undefined): Omit<PoolChart, 'label' | 'now'> | undefined;
  /** Rejects with a SentenceError when it, or its file, is gone. */
  locate(troubleId: number, largestFileBytes: number): Promise<EntryPlace>;
}

/** What the reader knows of a snapshot. */
export type PoolParts = Pick<
  PoolSnapshot,
  'pools' | 'poolCount' | 'sum' | 'applications' | 'pooler' | 'troubles' | 'warnings'
>;

/** Who hears of it. */
export interface PoolReaderHost {
  /** Something changed that a view may show, and maybe what there is to find. */
  changed(): void;
  /** It could not be asked: there is neither more nor less to find than before. */
  failed(): void;
}
