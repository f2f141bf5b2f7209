import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { SentenceError, sentenceOf } from '../core/sentence.ts';
import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { EngineQuestions, FromEngine, QuestionName, ToEngine } from '../protocol/engineMessages.ts';
import type { EngineSettings, FollowTarget } from '../protocol/logQuestions.ts';
import { ChangeTeller } from './changeTeller.ts';
import { CombinedFeed } from './combinedFeed.ts';
import { commandLog } from './commandLog.ts';
import { demoLog } from './demoLog.ts';
import { DashboardPages } from './dashboardPages.ts';
import { FollowedServers } from './followedServers.ts';
import { FollowedSource } from './followedSource.ts';
import { answerConfig, answerIncident } from './exportAnswers.ts';
import { MachineLogs } from './machineLogs.ts';
import { PoolAnswers } from './poolAnswers.ts';
import { answerExport, answerGroups, answerLocate, answerSessionLog } from './sourceAnswers.ts';
import type { SourceHost } from './sourceHost.ts';
import { SourceMetrics } from './sourceMetrics.ts';
import { dashboardOf, statusOf, troublesOf } from './sourceSnapshots.ts';
import { statusTextOf } from './statusText.ts';

/** Read when it is wanted, with the client of PostgreSQL. */
const loggingAnswers = () => import('./loggingAnswers.ts');

type Answers = {
  readonly [Q in QuestionName]: (ask: EngineQuestions[Q]['ask']) => Answer<Q> | Promise<Answer<Q>>;
};
type Answer<Q extends QuestionName> = EngineQuestions[Q]['answer'];

/** Owns all state of the editor's window: runs the sources, answers the host's questions, says when something changed. */
export class Engine {
  readonly #tell: (message: FromEngine) => void;
  readonly #storageDirectory: string | undefined;
  readonly #sources = new Map<string, FollowedSource>();
  readonly #teller = new ChangeTeller((sourceId) => this.#tellChanged(sourceId));
  readonly #servers = new FollowedServers({
    tell: (message) => this.#tell(message),
    source: (sourceId) => this.#sources.get(sourceId),
    changed: (sourceId) => this.#changed(sourceId),
  });
  readonly #machine = new MachineLogs({
    isFollowing: () => this.#sources.size > 0,
    found: (logs) => this.#describe(logs),
    started: (log) => this.#tellNewest(log),
    warn: (text) => this.#log('warn', text),
  });
  readonly #pools = new PoolAnswers({
    tell: (message) => this.#tell(message),
    servers: () => this.#servers.known(),
    sources: () => [...this.#sources.values()],
  });
  readonly #pages = new DashboardPages();
  readonly #metrics = new SourceMetrics({
    sources: () => [...this.#sources.values()],
    overviewOf: (sourceId) => this.#servers.overviewOf(sourceId),
    warn: (text) => this.#log('warn', text),
  });
  readonly #feed = new CombinedFeed();
  #settings: EngineSettings | undefined;
  #closed = false;

  constructor(tell: (message: FromEngine) => void, storageDirectory?: string) {
    this.#tell = tell;
    this.#storageDirectory = storageDirectory;
  }

  /** Answers one question; a failure becomes one sentence. */
  async receive(message: ToEngine): Promise<void> {
    const { id, question } = message;
    try {
      const answer = this.#answers[question] as (ask: unknown) => unknown;
      this.#tell({ type: 'answer', id, answer: await answer(message.ask) });
    } catch (error) {
      if (!(error instanceof SentenceError)) this.#logError(error);
      this.#tell({ type: 'refused', id, sentence: sentenceOf(error) });
    }
  }

  /** Ends all sources; nothing is left open. What cannot be ended is logged, and costs nothing of the others. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#machine.close();
    await this.#settled([this.#metrics.close(), this.#servers.close(), this.#pools.close()]);
    // last: what only a server told of is in no checkpoint
    await this.#settled([...this.#sources.keys()].map((sourceId) => this.#end(sourceId)));
  }

  async #settled(ends: readonly Promise<void>[]): Promise<void> {
    for (const end of await Promise.allSettled(ends))
      if (end.status === 'rejected') this.#logError(end.reason);
  }

  readonly #answers: Answers = {
    ...this.#servers.answers,
    ...this.#pools.answers,
    discover: (ask) => this.#machine.discover(ask),
    findCommands: async () => {
      const { findCommands } = await import('../sources/command/findCommands.ts');
      return { found: await findCommands() };
    },
    follow: async ({ target, settings, clearMark }) => {
      const log = await this.#resolve(target, settings);
      if (log.problem) throw new SentenceError(log.problem.message, ...log.problem.args);
      this.#settings = settings;
      this.#metrics
        .set(settings.metricsPort ?? 0)
        .catch((error: unknown) => this.#log('error', String(error)));
      // until it is replaced, the old one answers; who takes its place meanwhile is ended too
      for (let old; old !== this.#sources.get(log.id);) {
        old = this.#sources.get(log.id);
        await old?.close();
      }
      if (this.#closed) throw new SentenceError('The window is closing: nothing more is read.');
      const source = new FollowedSource(log, settings, this.#hostOf(log.id), clearMark);
      this.#sources.set(log.id, source);
      source.start();
      this.#machine.lookAround();
      return { status: statusOf(source, settings) };
    },
    unfollow: async ({ sourceId }) => {
      await this.#end(sourceId);
      return undefined;
    },
    pause: ({ sourceId, paused }) => {
      const { pause } = this.#source(sourceId);
      if (paused) pause.pause();
      else pause.resume();
      this.#changed(sourceId);
      return undefined;
    },
    stopReading: ({ sourceId }) => {
      this.#source(sourceId).stop();
      return undefined;
    },
    configure: async ({ settings }) => {
      this.#settings = settings;
      await this.#metrics.set(settings.metricsPort ?? 0);
      for (const source of this.#sources.values()) source.resize(settings.memoryEvents);
      return undefined;
    },
    setFilter: ({ sourceId, filter }) => {
      this.#source(sourceId).setFilter(filter);
      return undefined;
    },
    clear: ({ sourceId }) => ({ mark: this.#source(sourceId).clear() }),
    undoClear: ({ sourceId }) => ({ mark: this.#source(sourceId).undoClear() }),
    markSeen: ({ sourceId }) => {
      this.#source(sourceId).markSeen();
      return undefined;
    },
    acknowledge: ({ sourceId, groupKey }) => {
      const source = this.#source(sourceId);
      source.acknowledged.add(groupKey);
      source.touch();
      return undefined;
    },
    groups: (ask) => answerGroups(this.#source(ask.sourceId).fold.state, ask),
    sessions: (ask) => this.#servers.sessions(ask, this.#source(ask.sourceId)),
    walsenders: (ask) => this.#servers.walsenders(ask, this.#source(ask.sourceId)),
    session: (ask) => this.#servers.session(ask, this.#source(ask.sourceId)),
    sessionLog: (ask) => answerSessionLog(this.#source(ask.sourceId), ask),
    troubles: ({ sourceId }) => troublesOf(this.#source(sourceId), this.#mustSettings()),
    dashboard: (ask) => this.#dashboard(ask),
    dashboardNews: (ask) => this.#pages.newsFor(this.#source(ask.sourceId), ask, this.#dashboard(ask)),
    locate: (ask) => answerLocate(this.#source(ask.sourceId), ask),
    summaryText: async ({ sourceId }) => {
      const { historyBucketMinutes } = this.#mustSettings();
      const report = this.#source(sourceId).fold.report({ bucketMinutes: historyBucketMinutes }, Date.now());
      const { summaryText } = await import('../core/report/summaryText.ts');
      return { text: summaryText(report, { colour: false }) };
    },
    statusText: ({ sourceId }) => {
      const source = sourceId === undefined ? undefined : this.#sources.get(sourceId);
      if (!source) return { text: '# PostgreSQL Connections\n\n- No log is followed.\n' };
      return { text: statusTextOf(source, statusOf(source, this.#mustSettings()), this.#metrics.text) };
    },
    exportEvents: (ask) => answerExport(this.#source(ask.sourceId).fold.state, ask),
    incidentNote: (ask) => {
      const source = this.#source(ask.sourceId);
      return answerIncident(source, this.#mustSettings(), ask, this.#servers.limitsOf(ask.sourceId));
    },
    exportConfig: (ask) => answerConfig(ask),
    previewLogging: async ({ sourceId }) =>
      (await loggingAnswers()).previewLogging(this.#source(sourceId).log),
    applyLogging: async ({ preview }) => {
      const { log } = this.#source(preview.sourceId);
      return this.#thenLook(await (await loggingAnswers()).applyLogging(log, preview));
    },
    undoLogging: async ({ undo }) => this.#thenLook(await (await loggingAnswers()).undoLogging(undo)),
  };

  #dashboard({ sourceId, scope, bucketMinutes }: EngineQuestions['dashboard']['ask']): DashboardSnapshot {
    const settings = this.#mustSettings();
    const minutes = bucketMinutes ?? settings.historyBucketMinutes;
    const dashboard = dashboardOf(this.#source(sourceId), settings, scope, minutes);
    if (this.#sources.size < 2) return dashboard;
    return { ...dashboard, feed: this.#feed.rows([...this.#sources.values()], settings.feedRows) };
  }

  #source(sourceId: string): FollowedSource {
    const source = this.#sources.get(sourceId);
    if (!source) throw new SentenceError('This log is no longer followed: choose a log.');
    return source;
  }

  #mustSettings(): EngineSettings {
    if (!this.#settings) throw new Error('a source exists before the settings');
    return this.#settings;
  }

  /** Ends a source: from now on nothing of it is told. */
  async #end(sourceId: string): Promise<void> {
    const source = this.#sources.get(sourceId);
    this.#sources.delete(sourceId);
    this.#teller.forget(sourceId);
    await source?.close();
  }

  /** The log that is meant, with what is known of its server. */
  async #resolve(target: FollowTarget, settings: EngineSettings): Promise<DiscoveredLog> {
    if ('commandName' in target) return commandLog(target.commandName, settings);
    if ('serverId' in target) return this.#servers.logOf(target.serverId);
    if ('demo' in target) return demoLog(target.demo);
    return this.#machine.resolve(target);
  }

  #hostOf(sourceId: string): SourceHost {
    return {
      storageDirectory: this.#storageDirectory,
      changed: () => this.#changed(sourceId),
      elsewhere: async (origin) => {
        if (origin.kind === 'server') return this.#servers.followLogOf(origin.serverId);
        if (origin.kind === 'demo') {
          const { tailDemo } = await import('../sources/tailDemo.ts');
          return (sink, options) => tailDemo(origin.recordedPath, sink, options);
        }
        const { tailCommand } = await import('../sources/command/commandOutput.ts');
        return (sink, options) => tailCommand(origin, sink, options);
      },
      log: (level, text) => this.#log(level, text),
    };
  }

  /** Tells at once when it was quiet, then at most ten times a second, always the newest state. */
  #changed(sourceId: string): void {
    const source = this.#sources.get(sourceId);
    if (!source) return;
    this.#servers.logChanged(source);
    this.#metrics.note(source);
    this.#teller.changed(sourceId);
  }

  #tellChanged(sourceId: string): void {
    const source = this.#sources.get(sourceId);
    if (source) this.#tell({ type: 'changed', status: statusOf(source, this.#mustSettings()) });
  }

  /** The server was changed: what is said of it is looked up before the answer. */
  async #thenLook<T>(answer: T): Promise<T> {
    await this.#machine.lookNow();
    return answer;
  }

  #describe(logs: readonly DiscoveredLog[]): void {
    for (const source of this.#sources.values()) {
      const now = logs.find(({ id }) => id === source.log.id);
      if (now && source.describe(now)) this.#changed(source.sourceId);
    }
  }

  #tellNewest(log: DiscoveredLog): void {
    if (!this.#sources.has(log.id) && !this.#closed) this.#tell({ type: 'newestServer', log });
  }

  #logError(error: unknown): void {
    this.#log('error', error instanceof Error ? (error.stack ?? '') : String(error));
  }

  #log(level: 'info' | 'warn' | 'error', text: string): void {
    this.#tell({ type: 'log', level, text });
  }
}
