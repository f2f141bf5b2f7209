import { poolerFindingsOf } from '../core/pool/poolerFindings.ts';
import type { PoolFinding } from '../core/pool/poolFinding.ts';
import { poolerRows, shownPools } from '../core/pool/poolRows.ts';
import type { PoolerSample } from '../core/pool/poolerSample.ts';
import type { PoolChart, PoolState, TracedClient } from '../core/pool/poolSnapshot.ts';
import { PoolTimeline, summedBuckets } from '../core/pool/poolTimeline.ts';
import { pooledApplications, tracedClients } from '../core/pool/throughPooler.ts';
import { SentenceError, type Sentence } from '../core/sentence.ts';
import type { ActivitySample } from '../core/server/activity.ts';
import type { EntryPlace } from '../protocol/logQuestions.ts';
import type { PoolSettings } from '../protocol/poolQuestions.ts';
import type { ServerAttention } from '../protocol/serverQuestions.ts';
import { openPoolerConsole, PoolerProblem } from '../sources/pool/pgbouncerConsole.ts';
import { PollLoop, type Polled } from './pollLoop.ts';
import type { PoolParts, PoolReader, PoolReaderHost } from './poolReader.ts';

type TimedSample = PoolerSample & { readonly tookMs: number };

/** Pools whose course is kept. */
const mostTimelines = 1000;

/** The admin console of a PgBouncer, asked as often as somebody needs it. */
export class FollowedConsole implements PoolReader {
  readonly origin = 'console';
  readonly ages = false;
  readonly path = undefined;
  state: PoolState = 'reading';
  needsPassword = false;
  sentence: Sentence | undefined;
  readonly #host: PoolReaderHost;
  readonly #loop: PollLoop<TimedSample, Polled<TimedSample>>;
  readonly #timelines = new Map<string, PoolTimeline>();
  #newest: PoolerSample | undefined;

  /** Throws a SentenceError for a URI that is none. */
  constructor(
    target: { readonly uri: string; readonly password?: string | undefined },
    settings: PoolSettings,
    host: PoolReaderHost,
  ) {
    this.#host = host;
    this.#loop = new PollLoop(settings, {
      open: () => timedConsole(target),
      took: (sample) => this.#took(sample),
      kindOf: (error) => (error instanceof PoolerProblem ? error.kind : undefined),
      failed: (kind, why) => {
        this.state = kind === 'unreachable' ? 'waiting' : 'refused';
        this.needsPassword = kind === 'password';
        this.sentence = why;
        host.failed();
      },
      idle: () => undefined,
    });
    // a URI that is none is refused at once
    openPoolerConsole(target);
  }

  get label(): string {
    return this.#loop.label;
  }

  get toldAt(): number | undefined {
    return this.#newest?.takenAt;
  }

  start(): void {
    this.#loop.attend('seen');
  }

  configure(settings: PoolSettings): void {
    this.#loop.configure(settings);
  }

  attend(attention: ServerAttention): void {
    this.#loop.attend(attention);
  }

  async close(): Promise<void> {
    await this.#loop.close();
  }

  findings(): readonly PoolFinding[] {
    return this.#newest ? poolerFindingsOf(this.#newest) : [];
  }

  parts(): PoolParts {
    const sample = this.#newest;
    if (!sample) return { pools: [], poolCount: 0, applications: [], troubles: [], warnings: [] };
    const most = Number(sample.config['max_client_conn'] ?? Number.NaN);
    return {
      ...shownPools(poolerRows(sample)),
      applications: pooledApplications(sample),
      pooler: {
        version: sample.version,
        clients: sample.lists['used_clients'],
        maxClients: Number.isFinite(most) ? most : undefined,
      },
      troubles: [],
      warnings: [],
    };
  }

  traced(application: string | undefined, servers: readonly ActivitySample[]): readonly TracedClient[] {
    return this.#newest ? tracedClients(this.#newest, application, servers) : [];
  }

  chart(pool: string | undefined): Omit<PoolChart, 'label' | 'now'> | undefined {
    const rows = this.#newest ? poolerRows(this.#newest) : [];
    const [only, another] = this.#timelines.keys();
    const name = pool ?? (another === undefined ? only : undefined);
    const one = name === undefined ? undefined : this.#timelines.get(name);
    if (name !== undefined && !one) return undefined;
    const row = name === undefined ? shownPools(rows).sum : rows.find((each) => each.name === name);
    const timelines = one ? [one] : [...this.#timelines.values()];
    return {
      pool: name,
      size: row?.now.size,
      limit: undefined,
      bucketMs: Math.max(0, ...timelines.map(({ bucketMs }) => bucketMs)),
      buckets: summedBuckets(timelines),
    };
  }

  locate(): Promise<EntryPlace> {
    return Promise.reject(
      new SentenceError('A console keeps no entries: follow the log of this PgBouncer too.'),
    );
  }

  #took(sample: PoolerSample): void {
    this.#newest = sample;
    this.state = 'following';
    this.needsPassword = false;
    this.sentence = undefined;
    for (const { name, now } of poolerRows(sample)) {
      const known = this.#timelines.get(name);
      if (!known && this.#timelines.size >= mostTimelines) continue;
      const timeline = known ?? new PoolTimeline();
      this.#timelines.set(name, timeline);
      timeline.add(sample.takenAt, now.checkedOut ?? 0, now.waiting);
    }
    this.#host.changed();
  }
}

function timedConsole(target: {
  readonly uri: string;
  readonly password?: string | undefined;
}): Polled<TimedSample> {
  const pooler = openPoolerConsole(target);
  return {
    label: pooler.label,
    close: () => pooler.close(),
    poll: async () => {
      const startedAt = performance.now();
      const sample = await pooler.poll();
      return { ...sample, tookMs: performance.now() - startedAt };
    },
  };
}
