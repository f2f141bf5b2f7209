import type { MeasuredLog } from '../core/report/metricFamilies.ts';
import { renderSentence, sentenceOf, type Sentence } from '../core/sentence.ts';
import { LogGrowth } from '../core/session/logGrowth.ts';
import type { Overview } from '../core/server/serverSnapshot.ts';
import type { LogFold } from './logFold.ts';
import { serveMetrics, type MetricsServer } from './metricsServer.ts';

/** A port that another window has may become free. */
const retryEveryMs = 10_000;

/** One log as the switch sees it. */
export interface MeasuredSource {
  readonly sourceId: string;
  readonly path: string | undefined;
  readonly fold: LogFold;
  /** Everything that was there at first is read: what comes now is news. */
  readonly isRead: boolean;
  readonly following: boolean;
  readonly behindMs: number | undefined;
  readonly overview: () => Overview | undefined;
}

/** Whether /metrics is served, and on which port. */
export class MetricsSwitch {
  readonly #sources: () => Iterable<MeasuredSource>;
  readonly #growth = new Map<string, LogGrowth>();
  readonly #failed: (why: Sentence) => void;
  readonly #retryMs: number;
  #port = 0;
  #serving: Promise<MetricsServer | undefined> = Promise.resolve(undefined);
  #retry: NodeJS.Timeout | undefined;
  /** Why it is not served although it is wanted. */
  trouble: Sentence | undefined;

  /** Where it is, or why it is not; undefined = nobody wants it. */
  get text(): string | undefined {
    if (this.trouble) return renderSentence(this.trouble);
    return this.#port === 0 ? undefined : `http://127.0.0.1:${this.#port}/metrics`;
  }

  /** `failed` is told once why it cannot be served; it is tried again. */
  constructor(
    sources: () => Iterable<MeasuredSource>,
    failed: (why: Sentence) => void,
    retryMs = retryEveryMs,
  ) {
    this.#sources = sources;
    this.#failed = failed;
    this.#retryMs = retryMs;
  }

  /** Serves on this port of 127.0.0.1; 0 = not at all. Resolves when it does, or `trouble` says why not. */
  async set(port: number): Promise<void> {
    if (port === this.#port) return;
    this.#port = port;
    this.trouble = undefined;
    clearTimeout(this.#retry);
    this.#serving = this.#end(this.#serving).then(() => this.#begin(port));
    await this.#serving;
    if (port === 0) this.#growth.clear();
  }

  close(): Promise<void> {
    return this.set(0);
  }

  /** A log changed: what is counted is counted now, before it leaves the memory. */
  note(source: MeasuredSource): void {
    if (this.#port === 0) return;
    let growth = this.#growth.get(source.sourceId);
    if (!growth) this.#growth.set(source.sourceId, (growth = new LogGrowth()));
    if (source.isRead) growth.look(source.fold.state);
    else growth.rest();
  }

  async #end(serving: Promise<MetricsServer | undefined>): Promise<void> {
    await (await serving)?.close();
  }

  async #begin(port: number): Promise<MetricsServer | undefined> {
    if (port === 0 || port !== this.#port) return undefined;
    // counting begins now, not with the first scrape
    this.#measure();
    try {
      const server = await serveMetrics(port, () => this.#measure());
      this.trouble = undefined;
      return server;
    } catch (error) {
      // another port is wanted by now
      if (port !== this.#port) return undefined;
      const why = sentenceOf(error);
      if (this.trouble === undefined) this.#failed(why);
      this.trouble = why;
      this.#retry = setTimeout(() => {
        this.#serving = this.#begin(port);
      }, this.#retryMs);
      this.#retry.unref();
      return undefined;
    }
  }

  #measure(): MeasuredLog[] {
    const sources = [...this.#sources()];
    for (const id of this.#growth.keys())
      if (!sources.some(({ sourceId }) => sourceId === id)) this.#growth.delete(id);
    return sources.map((source) => {
      this.note(source);
      const { fold, path, sourceId, following, behindMs = 0 } = source;
      const { book } = fold.state;
      return {
        ...{
          log: path === undefined || path === '' ? sourceId : path,
          following,
          lagMs: behindMs,
          newestAt: book.newestAt,
          overview: source.overview(),
        },
        ...{ isExact: fold.activeIs === 'exact', sessions: book.sessions() },
        growth: this.#growth.get(sourceId) ?? new LogGrowth(),
      };
    });
  }
}
