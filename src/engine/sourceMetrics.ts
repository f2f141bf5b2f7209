import { renderSentence } from '../core/sentence.ts';
import type { Overview } from '../core/server/serverSnapshot.ts';
import type { FollowedSource } from './followedSource.ts';
import type { MeasuredSource, MetricsSwitch } from './metricsSwitch.ts';

/** What is measured, and who hears why it is not served. */
export interface SourceMetricsHost {
  sources(): readonly FollowedSource[];
  /** What is known of a source's server. */
  overviewOf(sourceId: string): Overview | undefined;
  warn(text: string): void;
}

/** /metrics of the followed logs; what serves it is loaded when somebody wants it. */
export class SourceMetrics {
  readonly #host: SourceMetricsHost;
  #switch: MetricsSwitch | undefined;
  #loading: Promise<MetricsSwitch> | undefined;

  constructor(host: SourceMetricsHost) {
    this.#host = host;
  }

  /** Where it is, or why it is not; undefined = nobody wants it. */
  get text(): string | undefined {
    return this.#switch?.text;
  }

  /** Serves on this port of 127.0.0.1; 0 = not at all. */
  async set(port: number): Promise<void> {
    if (port === 0 && !this.#loading) return;
    this.#loading ??= import('./metricsSwitch.ts').then(
      ({ MetricsSwitch }) =>
        (this.#switch = new MetricsSwitch(
          () => this.#host.sources().map((source) => this.#measured(source)),
          (why) => this.#host.warn(renderSentence(why)),
        )),
    );
    await (await this.#loading).set(port);
  }

  /** A log changed: what is counted is counted now, before it leaves the memory. */
  note(source: FollowedSource): void {
    this.#switch?.note(this.#measured(source));
  }

  /** Nothing is served any more. */
  async close(): Promise<void> {
    await this.#loading?.then(
      (metrics) => metrics.close(),
      () => undefined,
    );
  }

  #measured({ sourceId, log, fold, progress, pause }: FollowedSource): MeasuredSource {
    const { state, behindMs } = progress;
    return {
      ...{ sourceId, path: log.path, fold, behindMs, isRead: state !== 'reading' },
      following: state === 'following' && !pause.paused,
      overview: () => this.#host.overviewOf(sourceId),
    };
  }
}
