import { SentenceError } from '../core/sentence.ts';
import type { IncidentFacts } from '../core/report/incidentNote.ts';
import type { Overview } from '../core/server/serverSnapshot.ts';
import type { ActivitySample } from '../core/server/activity.ts';
import type { EngineQuestions, FromEngine, QuestionName } from '../protocol/engineMessages.ts';
import type { ServerQuestions, ServerTarget } from '../protocol/serverQuestions.ts';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import type { LiveServer, ServerTarget as Target } from '../sources/server/liveServer.ts';
import type { FollowElsewhere } from '../sources/tail/elsewhere.ts';
import { ChangeTeller } from './changeTeller.ts';
import { ConnectionCosts } from './connectionCosts.ts';
import type { FollowedServer, FollowedServerHost } from './followedServer.ts';
import type { FollowedSource } from './followedSource.ts';
import { withLive } from './liveRows.ts';
import { logIdOf, logOfServer } from './logOfServer.ts';
import type { KnownServer } from './serverCounts.ts';
import { ServerOfLog } from './serverOfLog.ts';
import { answerSession, answerSessions, answerWalsenders } from './sourceAnswers.ts';

type Ask<Q extends QuestionName> = EngineQuestions[Q]['ask'];
type Answer<Q extends QuestionName> = EngineQuestions[Q]['answer'];
type Answers = {
  readonly [Q in keyof ServerQuestions]: (ask: Ask<Q>) => Answer<Q> | Promise<Answer<Q>>;
};

/** What the live servers need from the engine. */
export interface ServersHost {
  tell(message: FromEngine): void;
  /** The log that is followed under this id. */
  source(sourceId: string): FollowedSource | undefined;
  /** A poll changed what its state shows. */
  changed(sourceId: string): void;
}

interface Connected {
  readonly server: FollowedServer;
  readonly ofLog: ServerOfLog;
  readonly target: () => Target;
}

/** The live servers of a window, and the answers to all questions about them. */
export class FollowedServers {
  readonly #host: ServersHost;
  readonly #connected = new Map<string, Connected>();
  readonly #teller = new ChangeTeller((serverId) => this.#tell(serverId));
  #closed = false;

  constructor(host: ServersHost) {
    this.#host = host;
  }

  readonly answers: Answers = {
    connectServer: async ({ target, settings, password }) => {
      const find = this.#targetOf(target);
      const [{ openServer }, { FollowedServer }] = await Promise.all([
        import('../sources/server/liveServer.ts'),
        import('./followedServer.ts'),
      ]);
      const where = (): Target => ({ ...find(), password });
      const open = (): LiveServer => openServer(where());
      const serverId = 'uri' in target ? `server ${open().label}` : `server of ${target.sourceId}`;
      // who is connected meanwhile is ended too, and not only replaced
      while (this.#connected.has(serverId)) await this.#end(serverId);
      if (this.#closed) throw new SentenceError('The window is closing: nothing more is read.');
      const ofLog = new ServerOfLog(
        logIdOf(serverId),
        target.sourceId,
        (id) => this.#host.source(id),
        (id) => this.#host.changed(id),
      );
      const server = new FollowedServer(serverId, ofLog, settings, this.#hostOf(serverId, open, ofLog));
      this.#connected.set(serverId, { server, ofLog, target: where });
      server.start();
      return { status: server.status };
    },
    disconnectServer: async ({ serverId }) => {
      await this.#end(serverId);
      return undefined;
    },
    configureServer: ({ serverId, settings }) => {
      this.#server(serverId).configure(settings);
      return undefined;
    },
    joinServer: ({ serverId, sourceId }) => {
      const { server, ofLog } = this.#connectedTo(serverId);
      ofLog.join(sourceId);
      server.touch();
      return undefined;
    },
    attendServer: ({ serverId, attention }) => {
      this.#server(serverId).attend(attention);
      return undefined;
    },
    serverSnapshot: ({ serverId, sampleId }) => {
      const snapshot = this.#server(serverId).snapshot(sampleId);
      return snapshot ? { snapshot } : {};
    },
    previewEnding: ({ serverId, request }) => this.#server(serverId).preview(request),
    endSessions: ({ preview }) => this.#server(preview.serverId).end(preview),
    serverReport: async ({ serverId, format, masked }) => {
      const report = this.#server(serverId).report();
      if (format === 'csv')
        return { text: (await import('../core/report/serverCsv.ts')).serverCsv(report, masked) };
      return { text: (await import('../core/report/serverMarkdown.ts')).serverMarkdown(report, masked) };
    },
    clientProcess: async ({ serverId, pid }) => {
      const process = await this.#server(serverId).clientProcess(pid);
      return process ? { process } : {};
    },
  };

  /** Those that answered a moment ago, and what. */
  known(): KnownServer[] {
    return [...this.#connected.values()].flatMap(({ server, ofLog: { sourceId } }) => {
      const { current: sample } = server;
      return sample ? [{ label: server.status.label, sourceId, sample }] : [];
    });
  }

  /** The log of a connected server, read over a connection. Throws a SentenceError when it is not connected. */
  logOf(serverId: string): DiscoveredLog {
    return logOfServer(this.#server(serverId));
  }

  /** Follows it for as long as the server is connected. */
  followLogOf(serverId: string): FollowElsewhere {
    const target = (): Target | undefined => {
      const connected = this.#connected.get(serverId);
      // the log of the server that is watched, where several were named
      return connected && { ...connected.target(), at: connected.server.status.address };
    };
    return async (sink, options) => {
      const { tailServerLog } = await import('../sources/server/serverLog.ts');
      return tailServerLog(target, sink, options);
    };
  }

  /** A log changed: it may tell that its server is full. */
  logChanged(source: FollowedSource): void {
    for (const { server, ofLog } of this.#of(source.sourceId)) {
      const at = ofLog.newRefusalAt(source);
      if (at !== undefined) server.refusedInLog(at);
    }
  }

  /** One page of a log's sessions, with what its server shows of them. */
  sessions(ask: Ask<'sessions'>, { fold, sourceId }: FollowedSource): Answer<'sessions'> {
    return this.#live(sourceId, answerSessions(fold.state, ask));
  }

  walsenders(ask: Ask<'walsenders'>, { fold, sourceId }: FollowedSource): Answer<'walsenders'> {
    return this.#live(sourceId, answerWalsenders(fold.state, ask));
  }

  /** Everything known of one open session, by its log and its server. */
  session(ask: Ask<'session'>, { fold, sourceId }: FollowedSource): Answer<'session'> {
    const { session } = answerSession(fold, ask);
    const sample = this.#sampleOf(sourceId);
    const [live] = session && sample ? withLive([session], sample) : [session];
    return live ? { session: live } : {};
  }

  /** What the log's server was like lately, where it is connected. */
  overviewOf(sourceId: string): Overview | undefined {
    return this.#of(sourceId).find(({ server }) => server.overview !== undefined)?.server.overview;
  }

  /** How many connections the log's server lets in, as it said last: also while it is away. */
  limitsOf(sourceId: string): IncidentFacts['limits'] {
    return this.#of(sourceId).find(({ server }) => server.newest !== undefined)?.server.limits;
  }

  #live(sourceId: string, answer: Answer<'sessions'>): Answer<'sessions'> {
    const sample = this.#sampleOf(sourceId);
    return sample ? { ...answer, sessions: withLive(answer.sessions, sample) } : answer;
  }

  /** Nothing is left: no connection, no timer. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#connected.keys()].map((serverId) => this.#end(serverId)));
  }

  #hostOf(serverId: string, open: () => LiveServer, ofLog: ServerOfLog): FollowedServerHost {
    const costs = new ConnectionCosts();
    return {
      open,
      changed: () => this.#teller.changed(serverId),
      polled: (sample) => ofLog.polled(sample),
      silent: (forGood) => ofLog.silent(forGood),
      cost: () => costs.of(ofLog.source?.fold.state, Date.now()),
    };
  }

  /** Where the server is, as discovery knows it by then. Throws a SentenceError when its log is not followed. */
  #targetOf(target: ServerTarget): () => Pick<Target, 'log' | 'uri'> {
    if ('uri' in target) return () => ({ uri: target.uri });
    const { sourceId } = target;
    let log = this.#host.source(sourceId)?.log;
    if (!log) throw new SentenceError('This log is no longer followed: choose a log.');
    return () => ({ log: (log = this.#host.source(sourceId)?.log ?? log) });
  }

  #server(serverId: string): FollowedServer {
    return this.#connectedTo(serverId).server;
  }

  #connectedTo(serverId: string): Connected {
    const connected = this.#connected.get(serverId);
    if (!connected) throw new SentenceError('This server is no longer connected: connect to it again.');
    return connected;
  }

  #of(sourceId: string): Connected[] {
    return [...this.#connected.values()].filter(
      ({ server, ofLog }) => ofLog.sourceId === sourceId || logIdOf(server.serverId) === sourceId,
    );
  }

  #sampleOf(sourceId: string): ActivitySample | undefined {
    return this.#of(sourceId).find(({ server }) => server.current !== undefined)?.server.current;
  }

  #tell(serverId: string): void {
    const server = this.#connected.get(serverId)?.server;
    if (server) this.#host.tell({ type: 'server', status: server.status, changes: server.takeChanges() });
  }

  /** The last word about a server is that it is disconnected. */
  async #end(serverId: string): Promise<void> {
    const connected = this.#connected.get(serverId);
    if (!connected) return;
    this.#connected.delete(serverId);
    this.#teller.forget(serverId);
    const { server, ofLog } = connected;
    await server.close();
    ofLog.silent(true);
    this.#host.tell({ type: 'server', status: server.status, changes: server.takeChanges() });
  }
}
