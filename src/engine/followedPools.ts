import type { PoolTarget } from '../core/pool/poolSnapshot.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineQuestions, FromEngine, QuestionName } from '../protocol/engineMessages.ts';
import type { PoolQuestions, PoolSettings } from '../protocol/poolQuestions.ts';
import { ChangeTeller } from './changeTeller.ts';
import { FollowedConsole } from './followedConsole.ts';
import { FollowedPool } from './followedPool.ts';
import { FollowedPoolLog } from './followedPoolLog.ts';
import type { FollowedSource } from './followedSource.ts';
import { tryPattern } from './patternTrial.ts';
import type { PoolReader, PoolReaderHost } from './poolReader.ts';
import { serverCounts, type KnownServer } from './serverCounts.ts';

type Ask<Q extends QuestionName> = EngineQuestions[Q]['ask'];
type Answer<Q extends QuestionName> = EngineQuestions[Q]['answer'];
type Answers = {
  readonly [Q in keyof PoolQuestions]: (ask: Ask<Q>) => Answer<Q> | Promise<Answer<Q>>;
};

/** Sources of pools in one window. */
const mostPools = 50;
/** Applications of a pooler for which the server's count is shown. */
const mostCounted = 50;

/** What the pools need from the engine. */
export interface PoolsHost {
  tell(message: FromEngine): void;
  /** The live servers that answered a moment ago. */
  servers(): readonly KnownServer[];
  sources(): readonly FollowedSource[];
}

/** The followed pools of a window, and the answers to all questions about them. */
export class FollowedPools {
  readonly #host: PoolsHost;
  readonly #pools = new Map<string, FollowedPool>();
  readonly #teller = new ChangeTeller((poolId) => this.#tell(poolId));
  #closed = false;

  constructor(host: PoolsHost) {
    this.#host = host;
  }

  readonly answers: Answers = {
    addPool: async (ask) => {
      const poolId = idOf(ask.target);
      // who is added meanwhile is ended too, and not only replaced
      while (this.#pools.has(poolId)) await this.#end(poolId);
      if (this.#closed) throw new SentenceError('The window is closing: nothing more is read.');
      if (this.#pools.size >= mostPools)
        throw new SentenceError('{0} pools are followed already: remove one first.', mostPools);
      const pool = this.#open(poolId, ask);
      this.#pools.set(poolId, pool);
      pool.reader.start();
      return { status: pool.status };
    },
    removePool: async ({ poolId }) => {
      await this.#end(poolId);
      return undefined;
    },
    configurePool: ({ poolId, settings }) => {
      this.#pool(poolId).reader.configure(settings);
      return undefined;
    },
    attendPool: ({ poolId, attention }) => {
      this.#pool(poolId).reader.attend(attention);
      return undefined;
    },
    poolSnapshot: ({ poolId }) => {
      const pool = this.#pool(poolId);
      const counted = applicationsOf(pool).slice(0, mostCounted);
      return { snapshot: pool.snapshot(serverCounts(counted, this.#host.servers(), this.#host.sources())) };
    },
    tracePool: ({ poolId, application, limit }) => {
      const samples = this.#host.servers().map(({ sample }) => sample);
      const clients = this.#pool(poolId).reader.traced(application, samples);
      return { clients: clients.slice(0, limit), total: clients.length };
    },
    poolChart: ({ poolId, pool }) => {
      const { reader } = this.#pool(poolId);
      const chart = reader.chart(pool);
      if (!chart)
        throw new SentenceError(
          'Nothing is known of this pool yet: wait until its log or console tells of it.',
        );
      return { chart: { ...chart, label: reader.label, now: Date.now() } };
    },
    locatePoolTrouble: ({ poolId, troubleId, largestFileBytes }) =>
      this.#pool(poolId).reader.locate(troubleId, largestFileBytes),
    tryPattern: ({ path, pattern }) => tryPattern(path, pattern),
  };

  /** Nothing is left: no connection, no open file, no timer. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.keys()].map((poolId) => this.#end(poolId)));
  }

  #open(poolId: string, { target, settings, password }: Ask<'addPool'>): FollowedPool {
    const read = (host: PoolReaderHost): PoolReader => this.#reader(target, settings, password, host);
    return new FollowedPool(poolId, target, read, () => this.#teller.changed(poolId));
  }

  #reader(
    target: PoolTarget,
    settings: PoolSettings,
    password: string | undefined,
    host: PoolReaderHost,
  ): PoolReader {
    if (target.kind === 'log') return new FollowedPoolLog(target, settings, host);
    return new FollowedConsole({ uri: target.uri, password }, settings, host);
  }

  #pool(poolId: string): FollowedPool {
    const pool = this.#pools.get(poolId);
    if (!pool) throw new SentenceError('This pool is no longer followed: add it again.');
    return pool;
  }

  #tell(poolId: string): void {
    const pool = this.#pools.get(poolId);
    if (pool) this.#host.tell({ type: 'pool', status: pool.status, changes: pool.takeChanges() });
  }

  /** The last word about a pool is that it is removed. */
  async #end(poolId: string): Promise<void> {
    const pool = this.#pools.get(poolId);
    if (!pool) return;
    this.#pools.delete(poolId);
    this.#teller.forget(poolId);
    await pool.close();
    this.#host.tell({ type: 'pool', status: pool.status, changes: [] });
  }
}

/** One log, one console: followed once. */
function idOf(target: PoolTarget): string {
  return target.kind === 'log' ? `pools of ${target.path}` : `pools of ${target.uri}`;
}

/** Those whose connections a server may count. */
function applicationsOf({ target, reader }: FollowedPool): string[] {
  if (target.kind === 'log') return target.application === undefined ? [] : [target.application];
  return reader.parts().applications.flatMap(({ name }) => name ?? []);
}
