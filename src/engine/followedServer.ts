import type { ActivitySample } from '../core/server/activity.ts';
import type { ClientProcess, EndingPreview, EndingReport, EndingRequest } from '../core/server/ending.ts';
import type { FindingChange } from '../core/server/finding.ts';
import type {
  ConnectionCost,
  Overview,
  ServerSnapshot,
  ServerState,
  ServerStatus,
} from '../core/server/serverSnapshot.ts';
import type { ServerReport } from '../core/report/serverReport.ts';
import { sentence, SentenceError, type Sentence } from '../core/sentence.ts';
import type { ServerAttention, ServerSettings } from '../protocol/serverQuestions.ts';
import { ServerProblem, type LiveServer, type ServerProblemKind } from '../sources/server/liveServer.ts';
import { PollLoop } from './pollLoop.ts';
import type { ServerOfLog } from './serverOfLog.ts';
import { ServerSamples } from './serverSamples.ts';

/** What a followed server needs from the engine around it. */
export interface FollowedServerHost {
  /** A new connection to the same server; nothing is opened yet. */
  open(): LiveServer;
  /** Something changed that a view may show. */
  changed(): void;
  /** A poll was answered. */
  polled(sample: ActivitySample): void;
  /** No poll comes for now; `forGood` = until somebody attends to the server again, or it is back after a while. */
  silent(forGood: boolean): void;
  /** What the log tells of its applications' way of connecting. */
  cost(): readonly ConnectionCost[];
}

/** So many polls in a row must fail before what only polls have told is given up. */
const failuresForGood = 3;

const stateOf: Readonly<Record<ServerProblemKind, ServerState>> = {
  full: 'full',
  password: 'refused',
  refused: 'refused',
  tls: 'refused',
  unreachable: 'unreachable',
  noServer: 'unreachable',
};

/** One live server: polled as often as somebody needs it, with what its newest samples show and have shown. */
export class FollowedServer {
  readonly serverId: string;
  readonly #ofLog: Pick<ServerOfLog, 'sourceId'>;
  readonly #host: FollowedServerHost;
  readonly #loop: PollLoop<ActivitySample, LiveServer>;
  readonly #samples: ServerSamples;
  #settings: ServerSettings;
  #state: ServerState = 'connecting';
  #sentence: Sentence | undefined;
  #needsPassword = false;
  // wall-clock µs: ahead of every one before it, in whichever engine
  #version = Date.now() * 1000;

  constructor(
    serverId: string,
    ofLog: Pick<ServerOfLog, 'sourceId'>,
    settings: ServerSettings,
    host: FollowedServerHost,
  ) {
    this.serverId = serverId;
    this.#ofLog = ofLog;
    this.#settings = settings;
    this.#samples = new ServerSamples(settings, () => host.cost());
    this.#host = host;
    this.#loop = new PollLoop(settings, {
      open: () => host.open(),
      took: (sample) => this.#took(sample),
      kindOf: (error) => (error instanceof ServerProblem ? error.kind : undefined),
      failed: (kind, why, failures) => this.#failed(kind, why, failures),
      idle: () => host.silent(true),
    });
  }

  /** Polls at once; returns before the answer. */
  start(): void {
    this.#loop.attend('seen');
  }

  attend(attention: ServerAttention): void {
    this.#loop.attend(attention);
  }

  configure(settings: ServerSettings): void {
    this.#settings = settings;
    this.#samples.configure(settings);
    this.#loop.configure(settings);
    // an answer of before would be told as what begins now
    if (this.#isFull || this.current) this.#samples.judge(this.#isFull, false);
    this.touch();
  }

  /** Its status is different: the host is told. */
  touch(): void {
    this.#version += 1;
    this.#host.changed();
  }

  /** Ends everything; resolves when no connection is left. */
  async close(): Promise<void> {
    this.#state = 'disconnected';
    this.#version += 1;
    await this.#loop.close();
  }

  get status(): ServerStatus {
    const { environment, silenced } = this.#settings;
    const { newest: sample } = this;
    const overview = sample && this.#samples.overviewOf(sample, this.#isFull);
    return {
      serverId: this.serverId,
      sourceId: this.#ofLog.sourceId,
      label: this.#loop.label,
      address: sample && addressOf(sample),
      state: this.#state,
      needsPassword: this.#needsPassword,
      sentence: this.#sentence ?? hiddenSentence(sample),
      environment,
      readOnly: this.#isReadOnly,
      health: this.#isFull ? 'CRITICAL' : overview?.health,
      utilization: this.#isFull ? 1 : overview?.utilization,
      ...this.#samples.findings.counts(silenced),
      takenAt: sample?.takenAt,
      backedOffToMs: this.#loop.backedOffToMs,
      version: this.#version,
    };
  }

  /** What has changed since this was asked last, oldest first. */
  takeChanges(): FindingChange[] {
    return this.#samples.findings.takeChanges();
  }

  /** The newest sample, if the server has answered yet. */
  get newest(): ActivitySample | undefined {
    return this.#samples.newest;
  }

  /** The newest sample while it tells of now: the server answers, and did so a moment ago. */
  get current(): ActivitySample | undefined {
    return this.#state === 'connected' ? this.#samples.recent : undefined;
  }

  /** What is known of it now; undefined = nothing. */
  get overview(): Overview | undefined {
    const { recent } = this.#samples;
    if (!recent || (this.#state !== 'connected' && !this.#isFull)) return undefined;
    return this.#samples.overviewOf(recent, this.#isFull);
  }

  /** How many connections it lets in, as it said last: also while it is away. */
  get limits(): Pick<Overview, 'maxConnections' | 'usable'> | undefined {
    return this.newest && this.#samples.overviewOf(this.newest, false);
  }

  /** Of the newest sample, or of one that is still kept; undefined = there is none. */
  snapshot(sampleId?: number): ServerSnapshot | undefined {
    return this.#samples.snapshot(this.status, sampleId);
  }

  /** The report of the newest sample. Throws a SentenceError while there is none. */
  report(): ServerReport {
    return this.#samples.report(this.#isFull);
  }

  /** What would end. Rejects with a SentenceError, also where nothing may be ended. */
  async preview(request: EndingRequest): Promise<EndingPreview> {
    this.#mustNotBeReadOnly();
    const preview = await this.#loop.use((live) => live.preview(request));
    return { ...preview, serverId: this.serverId };
  }

  /** Ends what was shown, and asks the server what is left. */
  async end({ serverId: _, ...preview }: EndingPreview): Promise<EndingReport> {
    this.#mustNotBeReadOnly();
    const report = await this.#loop.use((live) => live.end(preview));
    this.#loop.pollNow();
    return report;
  }

  clientProcess(pid: number): Promise<ClientProcess | undefined> {
    return this.#loop.use((live) => live.clientProcess(pid));
  }

  /** The log told of a login that the server refused because it is full: true until a poll shows otherwise. */
  refusedInLog(at: number): void {
    if (this.#state !== 'connected' || at <= (this.newest?.takenAt ?? 0)) return;
    this.#state = 'full';
    this.#sentence = sentence(
      'The server is full: its log tells of a login that it refused for that; end sessions that nobody needs.',
    );
    this.#samples.judge(this.#isFull);
    this.touch();
  }

  #took(sample: ActivitySample): void {
    this.#state = 'connected';
    this.#needsPassword = false;
    this.#sentence = undefined;
    this.#samples.add(sample);
    this.#samples.judge(false);
    this.#host.polled(sample);
    this.touch();
  }

  #failed(kind: ServerProblemKind, why: Sentence, failures: number): void {
    this.#state = stateOf[kind];
    this.#needsPassword = kind === 'password';
    this.#sentence = why;
    // who could not be asked has nothing more nor less than before
    if (this.#isFull) this.#samples.judge(true);
    this.#host.silent(kind !== 'full' && failures >= failuresForGood);
    this.touch();
  }

  get #isFull(): boolean {
    return this.#state === 'full';
  }

  get #isReadOnly(): boolean {
    return this.#settings.readOnly || this.#settings.environment === 'production';
  }

  #mustNotBeReadOnly(): void {
    if (!this.#isReadOnly) return;
    throw new SentenceError(
      'No session of this server may be ended from here: the settings make it read-only, or call it production.',
    );
  }
}

function addressOf({ facts: { host, hostAddress, port, user } }: ActivitySample): ServerStatus['address'] {
  return { host, ...(hostAddress !== undefined && { hostAddress }), port, user };
}

/** What this role cannot see. */
function hiddenSentence(sample: ActivitySample | undefined): Sentence | undefined {
  if (sample?.facts.sees !== 'own') return undefined;
  return sentence(
    'The role {0} sees the states and statements of its own sessions only: grant it pg_monitor to see all.',
    sample.facts.user,
  );
}
