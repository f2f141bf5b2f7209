import { type Disposable, EventEmitter } from 'vscode';
import { SentenceError } from '../core/sentence.ts';
import type { EndingPreview, EndingReport } from '../core/server/ending.ts';
import type { FindingChange } from '../core/server/finding.ts';
import type { ServerSnapshot, ServerStatus } from '../core/server/serverSnapshot.ts';
import type { EngineClient } from '../engine/client.ts';
import type { EngineQuestions, QuestionName } from '../protocol/engineMessages.ts';
import type { ServerAttention, ServerSettings, ServerTarget } from '../protocol/serverQuestions.ts';
import type { FollowedLog } from './followedLog.ts';
import { type PasswordParts, ServerPassword } from './serverPassword.ts';
import { type ServerWish, withoutPassword } from './serverWish.ts';
import type { WorkspaceMemory } from './workspaceMemory.ts';

/** What it is connected with. */
export interface ServerParts extends Pick<PasswordParts, 'secrets' | 'askPassword'> {
  readonly engine: Pick<EngineClient, 'ask' | 'listen'>;
  readonly followed: Pick<FollowedLog, 'status' | 'onDidChange'>;
  readonly memory: Pick<WorkspaceMemory, 'server' | 'rememberServer'>;
  readonly settings: () => ServerSettings;
  readonly isTrusted: () => boolean;
}

/** Questions about the connected server. */
type ServerQuestion = {
  [Q in QuestionName]: EngineQuestions[Q]['ask'] extends { serverId: string } ? Q : never;
}[QuestionName];

/** The one live server of this window: which, what the engine last said of it, and who looks at it. */
export class ConnectedServer implements Disposable {
  readonly #parts: ServerParts;
  readonly #changed = new EventEmitter<void>();
  readonly #found = new EventEmitter<readonly FindingChange[]>();
  readonly #subscriptions: readonly { dispose(): unknown }[];
  readonly #seenBy = new Set<string>();
  readonly #password: ServerPassword;
  #status: ServerStatus | undefined;
  #wish: ServerWish | undefined;
  #sourceId: string | undefined;
  #attention: ServerAttention = 'none';
  #isAlerting = false;
  #turn = 0;
  #connecting: Promise<void> = Promise.resolve();

  constructor(parts: ServerParts) {
    this.#parts = parts;
    const { secrets, askPassword, followed } = parts;
    this.#password = new ServerPassword({ secrets, askPassword, logId: () => followed.status?.log.id });
    const dispose = parts.engine.listen({
      died: () => void this.#again(),
      server: (status, changes) => this.#update(status, changes),
    });
    this.#subscriptions = [{ dispose }, parts.followed.onDidChange(() => void this.#followLog())];
  }

  /** Something that a view may show is different. */
  readonly onDidChange = this.#changed.event;
  /** Findings began, became critical or ended; of each change it is told once. */
  readonly onDidFind = this.#found.event;

  get status(): ServerStatus | undefined {
    return this.#status;
  }

  /** Grows with what happens to it. */
  get version(): number | undefined {
    return this.#status?.version;
  }

  /** Of a server that was named by a URI: that of a log writes that log. Undefined = there is none. */
  get remoteId(): string | undefined {
    return this.#wish === 'log' ? undefined : this.#status?.serverId;
  }

  /** Connects as it did in this workspace before, if it did. */
  async resume(): Promise<void> {
    const wish = this.#parts.memory.server;
    if (wish !== undefined && this.#parts.isTrusted()) await this.#connect(wish);
  }

  /** Connects, and does so again when this workspace is opened. Rejects with a SentenceError. */
  async connect(wish: ServerWish): Promise<void> {
    if (!this.#parts.isTrusted())
      throw new SentenceError('No server is connected to in Restricted Mode: trust this workspace first.');
    const { plain, password } = withoutPassword(wish);
    if (password !== undefined) this.#password.try(plain, password);
    await this.#connect(plain);
    await this.#parts.memory.rememberServer(plain);
  }

  /** Disconnects, and stays so. */
  async disconnect(): Promise<void> {
    this.#turn += 1;
    this.#wish = undefined;
    this.#password.drop();
    await this.#parts.memory.rememberServer(undefined);
    await this.#leave();
  }

  /** Forgets the password of the connected server. */
  async forgetPassword(): Promise<void> {
    if (this.#wish !== undefined) await this.#password.forget(this.#wish);
  }

  /** Asks about the connected server. Rejects with a SentenceError, also when there is none. */
  ask<Q extends ServerQuestion>(
    question: Q,
    ask: Omit<EngineQuestions[Q]['ask'], 'serverId'>,
  ): Promise<EngineQuestions[Q]['answer']> {
    const serverId = this.#status?.serverId;
    if (serverId === undefined)
      return Promise.reject(
        new SentenceError('No server is connected: run “Connections: Connect to Server” first.'),
      );
    return this.#parts.engine.ask(question, { ...ask, serverId });
  }

  /** Does what a preview has shown. */
  end(preview: EndingPreview): Promise<EndingReport> {
    return this.#parts.engine.ask('endSessions', { preview });
  }

  async snapshot(sampleId?: number): Promise<ServerSnapshot | undefined> {
    if (this.#status === undefined) return undefined;
    return (await this.ask('serverSnapshot', sampleId === undefined ? {} : { sampleId })).snapshot;
  }

  /** A view that shows the server's figures is visible, or not any more. */
  see(view: string, isVisible: boolean): void {
    if (isVisible) this.#seenBy.add(view);
    else this.#seenBy.delete(view);
    this.attend();
  }

  /** Tells the engine who looks; `isAlerting`: somebody wants to be told of findings. */
  attend(isAlerting = this.#isAlerting): void {
    this.#isAlerting = isAlerting;
    const attention = this.#seenBy.size > 0 ? 'seen' : isAlerting ? 'alerts' : 'none';
    if (attention === this.#attention) return;
    this.#attention = attention;
    if (this.#status !== undefined) void this.ask('attendServer', { attention }).catch(() => undefined);
  }

  /** Settings have changed. */
  async obeySettings(): Promise<void> {
    if (this.#status !== undefined) await this.ask('configureServer', { settings: this.#parts.settings() });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#found.dispose();
  }

  async #connect(wish: ServerWish): Promise<void> {
    const turn = ++this.#turn;
    this.#wish = wish;
    const target = this.#targetOf(wish);
    await this.#leave();
    if (target === undefined || turn !== this.#turn) return;
    const password = await this.#password.of(wish);
    if (turn !== this.#turn) return;
    // one after the other: what is given up may be the very server that is wished again
    const connecting = this.#connecting.then(() => this.#open(turn, target, password));
    this.#connecting = connecting.catch(() => undefined);
    await connecting;
  }

  async #open(turn: number, target: ServerTarget, password: string | undefined): Promise<void> {
    if (turn !== this.#turn) return;
    const ask = { target, settings: this.#parts.settings(), ...(password !== undefined && { password }) };
    const { status } = await this.#parts.engine.ask('connectServer', ask);
    if (turn !== this.#turn) {
      await this.#parts.engine.ask('disconnectServer', { serverId: status.serverId });
      return;
    }
    this.#sourceId = target.sourceId;
    this.#update(status, 'new');
    void this.#followLog();
    void this.ask('attendServer', { attention: this.#attention }).catch(() => undefined);
  }

  /** A URI's server is the followed log's too, as far as anybody knows: the engine finds out. */
  #targetOf(wish: ServerWish): ServerTarget | undefined {
    const sourceId = this.#parts.followed.status?.sourceId;
    if (wish === 'log') return sourceId === undefined ? undefined : { sourceId };
    return { uri: wish.uri, ...(sourceId !== undefined && { sourceId }) };
  }

  async #leave(): Promise<void> {
    const serverId = this.#status?.serverId;
    this.#status = undefined;
    this.#changed.fire();
    if (serverId !== undefined) await this.#parts.engine.ask('disconnectServer', { serverId });
  }

  /**
   * Another log is followed: its server is connected to instead, where the log's own was wished; else it may be the
   * server's that is connected.
   */
  async #followLog(): Promise<void> {
    const sourceId = this.#parts.followed.status?.sourceId;
    if (this.#wish === undefined || sourceId === undefined || sourceId === this.#sourceId) return;
    this.#sourceId = sourceId;
    if (this.#wish === 'log') await this.#connect('log').catch(() => undefined);
    else if (this.#status !== undefined) await this.ask('joinServer', { sourceId }).catch(() => undefined);
  }

  /** The engine has died and forgot everything. */
  async #again(): Promise<void> {
    this.#status = undefined;
    this.#sourceId = undefined;
    this.#changed.fire();
    if (this.#wish !== undefined && this.#wish !== 'log')
      await this.#connect(this.#wish).catch(() => undefined);
  }

  #update(status: ServerStatus, changes: readonly FindingChange[] | 'new'): void {
    if (changes !== 'new' && status.serverId !== this.#status?.serverId) return;
    this.#status = status;
    if (status.state === 'connected') void this.#password.keep();
    if (status.needsPassword === true) void this.#askPassword(status.label);
    this.#changed.fire();
    if (changes !== 'new' && changes.length > 0) this.#found.fire(changes);
  }

  /** Asked once for each attempt; who does not want to say it is disconnected until the window is opened again. */
  async #askPassword(label: string): Promise<void> {
    const wish = this.#wish;
    if (wish === undefined) return;
    const turn = this.#turn;
    const isWished = (): boolean => turn === this.#turn;
    await this.#password.ask(wish, label, isWished, async (isGiven) => {
      if (isGiven) return this.#connect(wish);
      this.#wish = undefined;
      return this.#leave();
    });
  }
}
