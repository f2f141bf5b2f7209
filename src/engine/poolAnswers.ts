import type { EngineQuestions } from '../protocol/engineMessages.ts';
import type { PoolQuestions } from '../protocol/poolQuestions.ts';
import type { FollowedPools, PoolsHost } from './followedPools.ts';

type Ask<Q extends keyof PoolQuestions> = EngineQuestions[Q]['ask'];
type Answer<Q extends keyof PoolQuestions> = EngineQuestions[Q]['answer'];
type Answers = { readonly [Q in keyof PoolQuestions]: (ask: Ask<Q>) => Promise<Answer<Q>> };

/** The answers to all questions about pools; what gives them is loaded when somebody asks the first one. */
export class PoolAnswers {
  readonly #host: PoolsHost;
  #pools: Promise<FollowedPools> | undefined;

  constructor(host: PoolsHost) {
    this.#host = host;
  }

  readonly answers: Answers = {
    addPool: (ask) => this.#ask('addPool', ask),
    removePool: (ask) => this.#ask('removePool', ask),
    configurePool: (ask) => this.#ask('configurePool', ask),
    attendPool: (ask) => this.#ask('attendPool', ask),
    poolSnapshot: (ask) => this.#ask('poolSnapshot', ask),
    tracePool: (ask) => this.#ask('tracePool', ask),
    poolChart: (ask) => this.#ask('poolChart', ask),
    locatePoolTrouble: (ask) => this.#ask('locatePoolTrouble', ask),
    tryPattern: (ask) => this.#ask('tryPattern', ask),
  };

  /** Nothing is left: no connection, no open file, no timer. */
  async close(): Promise<void> {
    await (await this.#pools)?.close();
  }

  async #ask<Q extends keyof PoolQuestions>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    this.#pools ??= import('./followedPools.ts').then(({ FollowedPools }) => new FollowedPools(this.#host));
    const { answers } = await this.#pools;
    return answers[question](ask);
  }
}
