import { createWriteStream } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { eventsCsv, eventsJsonLines } from '../core/report/eventsExport.ts';
import { summaryText } from '../core/report/summaryText.ts';
import { SentenceError } from '../core/sentence.ts';
import { feedRows, groupsOf, nameOf, seenSessions, sessionRow } from '../core/session/logReportOf.ts';
import type {
  EngineQuestions,
  EngineSettings,
  FollowTarget,
  FromEngine,
  QuestionName,
  ToEngine,
} from '../protocol.ts';
import { readPgrxMajor } from '../sources/discovery/cargoToml.ts';
import { chooseLog } from '../sources/discovery/chooseLog.ts';
import { discoverLogs } from '../sources/discovery/discover.ts';
import { machinePlaces } from '../sources/discovery/places.ts';
import { resolvePlace } from '../sources/discovery/resolvePlace.ts';
import { FollowedSource } from './followedSource.ts';
import { locateEntry } from './locateEntry.ts';
import { sentenceOf } from './logFold.ts';
import { applyLogging, previewLogging, undoLogging } from './loggingAnswers.ts';
import { sessionLines } from './sessionLog.ts';
import { dashboardOf, statusOf, troublesOf } from './sourceSnapshots.ts';
import { statusTextOf } from './statusText.ts';

/** At most ten `changed` a second for each source. */
const changedEveryMs = 100;
/** How often the machine is looked at for servers that started or stopped. */
const lookAroundEveryMs = 3000;

type Answers = {
  readonly [Q in QuestionName]: (ask: EngineQuestions[Q]['ask']) => Answer<Q> | Promise<Answer<Q>>;
};
type Answer<Q extends QuestionName> = EngineQuestions[Q]['answer'];

/** Owns all state of the editor's window: runs the sources, answers the host's questions, says when something changed. */
export class Engine {
  readonly #tell: (message: FromEngine) => void;
  readonly #storageDirectory: string | undefined;
  readonly #sources = new Map<string, FollowedSource>();
  readonly #dirty = new Map<string, NodeJS.Timeout>();
  #folders: readonly string[] = [];
  #settings: EngineSettings | undefined;
  #lookingAround: NodeJS.Timeout | undefined;
  #newestStartedAt = 0;

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
      if (!(error instanceof SentenceError))
        this.#log('error', error instanceof Error ? (error.stack ?? '') : String(error));
      this.#tell({ type: 'refused', id, sentence: sentenceOf(error) });
    }
  }

  /** Ends all sources; nothing is left open. */
  async close(): Promise<void> {
    clearTimeout(this.#lookingAround);
    this.#lookingAround = undefined;
    const sources = [...this.#sources.values()];
    this.#sources.clear();
    for (const timer of this.#dirty.values()) clearTimeout(timer);
    this.#dirty.clear();
    await Promise.all(sources.map((source) => source.close()));
  }

  readonly #answers: Answers = {
    discover: async ({ hints, pinnedId }) => {
      this.#folders = hints.folders;
      const logs = await discoverLogs(machinePlaces(hints.folders));
      const cargoMajor = await readPgrxMajor(hints.folders.map((folder) => join(folder, 'Cargo.toml')));
      return { logs, chosenId: chooseLog(logs, { cargoMajor, pinnedId })?.id };
    },
    follow: async ({ target, settings, clearMark }) => {
      const log = await this.#resolve(target);
      if (log.problem) throw new SentenceError(log.problem.message, ...log.problem.args);
      this.#settings = settings;
      await this.#sources.get(log.id)?.close();
      const source = new FollowedSource(log, settings, this.#hostOf(log.id), clearMark);
      this.#sources.set(log.id, source);
      source.start();
      this.#lookAround();
      return { status: statusOf(source, settings) };
    },
    unfollow: async ({ sourceId }) => {
      const source = this.#sources.get(sourceId);
      this.#sources.delete(sourceId);
      await source?.close();
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
    configure: ({ settings }) => {
      this.#settings = settings;
      for (const source of this.#sources.values()) {
        source.fold.state.resize(settings.memoryEvents);
        this.#changed(source.sourceId);
      }
      return undefined;
    },
    setFilter: ({ sourceId, filter }) => {
      this.#source(sourceId).setFilter(filter);
      return undefined;
    },
    clear: ({ sourceId }) => ({ mark: this.#source(sourceId).clear() }),
    undoClear: ({ sourceId }) => ({ mark: this.#source(sourceId).undoClear() }),
    markSeen: ({ sourceId }) => {
      const source = this.#source(sourceId);
      const newest = source.fold.state.nextEventId - 1;
      if (source.seenId !== newest) {
        source.seenId = newest;
        this.#changed(sourceId);
      }
      return undefined;
    },
    acknowledge: ({ sourceId, groupKey }) => {
      this.#source(sourceId).acknowledged.add(groupKey);
      this.#changed(sourceId);
      return undefined;
    },
    groups: ({ sourceId, dimension, limit }) => {
      const clients = seenSessions(this.#source(sourceId).fold.state).filter(
        ({ replication }) => !replication,
      );
      const groups = groupsOf(clients, dimension);
      return { groups: groups.slice(0, limit), total: groups.length };
    },
    sessions: ({ sourceId, dimension, name, from, limit }) => {
      const { state } = this.#source(sourceId).fold;
      const sessions = seenSessions(state).filter(
        (session) => !session.replication && nameOf(session, dimension) === name,
      );
      return {
        sessions: sessions.slice(from, from + limit).map((session) => sessionRow(state, session)),
        total: sessions.length,
      };
    },
    session: ({ sourceId, key }) => {
      const { state } = this.#source(sourceId).fold;
      const session = state.book.open.get(key)?.session;
      return session ? { session: { ...session, ...sessionRow(state, session) } } : {};
    },
    sessionLog: ({ sourceId, key }) => {
      const { fold } = this.#source(sourceId);
      const session = fold.state.book.open.get(key)?.session;
      const file = fold.log.files.at(-1)?.file;
      if (!session || !file)
        throw new SentenceError('This session has ended: its lines are in the log itself.');
      const text = sessionLines(file.path, session, fold.log.clock, fold.log.understanding.logLinePrefix);
      return { title: `session ${session.pid ?? session.key}`, text };
    },
    troubles: ({ sourceId }) => troublesOf(this.#source(sourceId), this.#mustSettings()),
    dashboard: ({ sourceId, scope, bucketMinutes }) => {
      const settings = this.#mustSettings();
      return dashboardOf(
        this.#source(sourceId),
        settings,
        scope,
        bucketMinutes ?? settings.historyBucketMinutes,
      );
    },
    locate: ({ sourceId, troubleId, largestFileBytes }) => {
      const { fold } = this.#source(sourceId);
      const { failure, ending, problem } = fold.state.troubles;
      const trouble = [...failure, ...ending, ...problem].find(({ id }) => id === troubleId);
      if (!trouble)
        throw new SentenceError('This entry is too old to be kept: look for it in the log itself.');
      const read = fold.log.files.find(({ number }) => number === trouble.fileNumber);
      return locateEntry(read?.file, trouble, largestFileBytes);
    },
    summaryText: ({ sourceId }) => {
      const { historyBucketMinutes } = this.#mustSettings();
      const report = this.#source(sourceId).fold.report({ bucketMinutes: historyBucketMinutes }, Date.now());
      return { text: summaryText(report, { colour: false }) };
    },
    statusText: ({ sourceId }) => {
      const source = sourceId === undefined ? undefined : this.#sources.get(sourceId);
      if (!source) return { text: '# PostgreSQL Connections\n\n- No log is followed.\n' };
      return { text: statusTextOf(source, statusOf(source, this.#mustSettings())) };
    },
    exportEvents: async ({ sourceId, format, path }) => {
      const { state } = this.#source(sourceId).fold;
      const rows = feedRows(state, Number.POSITIVE_INFINITY);
      await pipeline(
        Readable.from(format === 'csv' ? eventsCsv(rows) : eventsJsonLines(rows)),
        createWriteStream(path),
      );
      return { rows: rows.length };
    },
    previewLogging: ({ sourceId }) => previewLogging(this.#source(sourceId).log),
    applyLogging: ({ preview }) => applyLogging(this.#source(preview.sourceId).log, preview),
    undoLogging: ({ undo }) => undoLogging(undo),
  };

  #source(sourceId: string): FollowedSource {
    const source = this.#sources.get(sourceId);
    if (!source) throw new SentenceError('This log is no longer followed: choose a log.');
    return source;
  }

  #mustSettings(): EngineSettings {
    if (!this.#settings) throw new Error('a source exists before the settings');
    return this.#settings;
  }

  /** The log that is meant, with what discovery knows of its server. */
  async #resolve(target: FollowTarget): Promise<DiscoveredLog> {
    const places = machinePlaces(this.#folders);
    const known = await discoverLogs(places);
    if ('discoveredId' in target) {
      const log = known.find(({ id }) => id === target.discoveredId);
      if (!log) throw new SentenceError('{0} is no longer there: choose another log.', target.discoveredId);
      return log;
    }
    const named = await resolvePlace(target.path, places, homedir());
    return known.find(({ path, problem }) => path !== undefined && path === named.path && !problem) ?? named;
  }

  #hostOf(sourceId: string): ConstructorParameters<typeof FollowedSource>[2] {
    return {
      storageDirectory: this.#storageDirectory,
      changed: () => this.#changed(sourceId),
      log: (level, text) => this.#log(level, text),
    };
  }

  /** Tells at once when it was quiet, then at most ten times a second, always the newest state. */
  #changed(sourceId: string): void {
    if (this.#dirty.has(sourceId)) return;
    this.#dirty.set(
      sourceId,
      setTimeout(() => {
        this.#dirty.delete(sourceId);
        const source = this.#sources.get(sourceId);
        if (source) this.#tell({ type: 'changed', status: statusOf(source, this.#mustSettings()) });
      }, changedEveryMs / 2),
    );
  }

  /** Looks for servers that were started, stopped or reconfigured since. */
  #lookAround(): void {
    this.#lookingAround ??= setTimeout(() => {
      this.#lookingAround = undefined;
      void discoverLogs(machinePlaces(this.#folders))
        .then((logs) => this.#compare(logs))
        .catch((error: unknown) => this.#log('warn', String(error)))
        .finally(() => {
          if (this.#sources.size > 0) this.#lookAround();
        });
    }, lookAroundEveryMs);
  }

  #compare(logs: readonly DiscoveredLog[]): void {
    for (const source of this.#sources.values()) {
      const now = logs.find(({ id }) => id === source.log.id);
      if (!now || JSON.stringify(now) === JSON.stringify(source.log)) continue;
      source.log = now;
      this.#changed(source.sourceId);
    }
    const newest = logs
      .filter(({ running, problem, startedAt }) => running && !problem && startedAt !== undefined)
      .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0))[0];
    const startedAt = newest?.startedAt ?? 0;
    const isNews = this.#newestStartedAt > 0 && startedAt > this.#newestStartedAt;
    this.#newestStartedAt = Math.max(this.#newestStartedAt, startedAt, 1);
    if (newest && isNews && !this.#sources.has(newest.id)) this.#tell({ type: 'newestServer', log: newest });
  }

  #log(level: 'info' | 'warn' | 'error', text: string): void {
    this.#tell({ type: 'log', level, text });
  }
}
