import { type Disposable, EventEmitter } from 'vscode';
import type { PoolFindingChange, PoolSnapshot, PoolStatus, PoolTarget } from '../core/pool/poolSnapshot.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineClient } from '../engine/client.ts';
import type { EngineQuestions, QuestionName } from '../protocol/engineMessages.ts';
import type { PoolSettings } from '../protocol/poolQuestions.ts';
import type { ServerAttention } from '../protocol/serverQuestions.ts';
import type { PasswordStorage } from './keptPasswords.ts';
import { secretOf, withoutPassword } from './serverWish.ts';
import type { WorkspaceMemory } from './workspaceMemory.ts';

/** What the pools are followed with. */
export interface PoolsParts {
  readonly engine: Pick<EngineClient, 'ask' | 'listen'>;
  readonly memory: Pick<WorkspaceMemory, 'pools' | 'rememberPools'>;
  readonly secrets: PasswordStorage;
  readonly settings: () => PoolSettings;
  /** Asks the user; undefined = not now. */
  readonly askPassword: (label: string) => Thenable<string | undefined>;
  readonly isTrusted: () => boolean;
}

/** Questions about one followed pool. */
type PoolQuestion = {
  [Q in QuestionName]: EngineQuestions[Q]['ask'] extends { poolId: string } ? Q : never;
}[QuestionName];

/** What began or ended in one pool; told once. */
export interface PoolNews {
  readonly status: PoolStatus;
  /** What was known of it before; undefined = nothing yet. */
  readonly before: PoolStatus | undefined;
  readonly changes: readonly PoolFindingChange[];
}

interface Followed {
  status: PoolStatus;
  /** The zone that a log which states none was read with. */
  readonly timeZone: string;
  /** A password that has not been seen to work yet. */
  tried: string | undefined;
  isAsking: boolean;
}

/** The sources of pools that this window follows: which, and what the engine last said of each. */
export class WindowPools implements Disposable {
  readonly #parts: PoolsParts;
  readonly #changed = new EventEmitter<string | undefined>();
  readonly #found = new EventEmitter<PoolNews>();
  readonly #stopListening: () => void;
  readonly #followed = new Map<string, Followed>();
  /** Places of those that are to be followed, also while the engine has not answered. */
  readonly #wished = new Set<string>();
  #isSeen = false;
  #isAlerting = false;

  constructor(parts: PoolsParts) {
    this.#parts = parts;
    this.#stopListening = parts.engine.listen({
      died: () => void this.#again(),
      pool: (status, changes) => this.#update(status, changes),
    });
  }

  /** Something that a view may show is different: of this pool, or of which there are. */
  readonly onDidChange = this.#changed.event;
  readonly onDidFind = this.#found.event;

  /** In the order in which they were added. */
  get statuses(): readonly PoolStatus[] {
    return [...this.#followed.values()].map(({ status }) => status);
  }

  /** Follows what this workspace followed before. */
  async resume(): Promise<void> {
    if (!this.#parts.isTrusted()) return;
    for (const target of this.#parts.memory.pools) await this.#add(target).catch(() => undefined);
  }

  /** Follows one more, also when this workspace is opened again. Rejects with a SentenceError. */
  async add(wish: PoolTarget): Promise<PoolStatus> {
    if (!this.#parts.isTrusted())
      throw new SentenceError('No pool is followed in Restricted Mode: trust this workspace first.');
    const { target, password } = plainTarget(wish);
    const status = await this.#add(target, password);
    await this.#remember();
    return status;
  }

  /** Ends following one, and stays so. */
  async remove(poolId: string): Promise<void> {
    const target = this.#followed.get(poolId)?.status.target;
    if (target) this.#wished.delete(placeOf(target));
    this.#followed.delete(poolId);
    this.#changed.fire(undefined);
    // the engine hears of it before it hears of one that is added again
    const removed = this.#parts.engine.ask('removePool', { poolId });
    await Promise.all([removed, this.#remember()]);
  }

  /** Asks about one pool. Rejects with a SentenceError. */
  ask<Q extends PoolQuestion>(
    question: Q,
    ask: EngineQuestions[Q]['ask'],
  ): Promise<EngineQuestions[Q]['answer']> {
    return this.#parts.engine.ask(question, ask);
  }

  async snapshot(poolId: string): Promise<PoolSnapshot> {
    return (await this.ask('poolSnapshot', { poolId })).snapshot;
  }

  /** The view is visible, or not any more. */
  see(isSeen: boolean): void {
    this.#isSeen = isSeen;
    this.#attend();
  }

  /** Somebody wants to be told of findings, or not. */
  alert(isAlerting: boolean): void {
    this.#isAlerting = isAlerting;
    this.#attend();
  }

  /** Settings have changed: what was read of a log in another time zone is read again. */
  async obeySettings(): Promise<void> {
    const settings = this.#parts.settings();
    const obeying = [...this.#followed.values()].map(async ({ status: { poolId, target }, timeZone }) => {
      if (target.kind === 'console') await this.ask('configurePool', { poolId, settings });
      else if (timeZone !== settings.timeZone) await this.#add(target);
    });
    await Promise.all(obeying);
  }

  dispose(): void {
    this.#stopListening();
    this.#changed.dispose();
    this.#found.dispose();
  }

  async #add(target: PoolTarget, typed?: string): Promise<PoolStatus> {
    this.#wished.add(placeOf(target));
    const password = typed ?? (await this.#passwordOf(target));
    const settings = this.#parts.settings();
    const ask = { target, settings, ...(password !== undefined && { password }) };
    const { status } = await this.#parts.engine.ask('addPool', ask);
    if (!this.#wished.has(placeOf(target))) {
      // removed meanwhile, perhaps before the engine had it
      await this.#parts.engine.ask('removePool', { poolId: status.poolId });
      return status;
    }
    const { timeZone } = settings;
    this.#followed.set(status.poolId, { status, timeZone, tried: typed, isAsking: false });
    this.#attendTo(status.poolId);
    this.#changed.fire(undefined);
    return status;
  }

  /** The engine has died and forgot everything. */
  async #again(): Promise<void> {
    for (const { poolId, target } of this.statuses)
      if (this.#followed.has(poolId)) await this.#add(target).catch(() => undefined);
  }

  #update(status: PoolStatus, changes: readonly PoolFindingChange[]): void {
    const followed = this.#followed.get(status.poolId);
    if (!followed || status.state === 'removed') return;
    const before = followed.status;
    followed.status = status;
    if (status.state === 'following' && followed.tried !== undefined) void this.#keepPassword(followed);
    if (status.needsPassword) void this.#askPassword(followed);
    this.#changed.fire(status.poolId);
    if (changes.length > 0) this.#found.fire({ status, before, changes });
  }

  #attend(): void {
    for (const poolId of this.#followed.keys()) this.#attendTo(poolId);
  }

  #attendTo(poolId: string): void {
    const attention: ServerAttention = this.#isSeen ? 'seen' : this.#isAlerting ? 'alerts' : 'none';
    void this.ask('attendPool', { poolId, attention }).catch(() => undefined);
  }

  async #remember(): Promise<void> {
    await this.#parts.memory.rememberPools(this.statuses.map(({ target }) => target));
  }

  async #passwordOf(target: PoolTarget): Promise<string | undefined> {
    return target.kind === 'console' ? this.#parts.secrets.get(secretOf(target.uri)) : undefined;
  }

  async #keepPassword(followed: Followed): Promise<void> {
    const { tried, status } = followed;
    followed.tried = undefined;
    if (tried !== undefined && status.target.kind === 'console')
      await this.#parts.secrets.store(secretOf(status.target.uri), tried);
  }

  /** Asked once for each attempt; who does not want to say it finds the console refused, with what to do. */
  async #askPassword(followed: Followed): Promise<void> {
    const { target, label, poolId } = followed.status;
    if (followed.isAsking || target.kind !== 'console') return;
    followed.isAsking = true;
    try {
      const password = await this.#parts.askPassword(label);
      if (password !== undefined && this.#followed.has(poolId)) await this.#add(target, password);
    } catch {
      // the status says why
    }
  }
}

/** One log, one console: followed once. */
function placeOf(target: PoolTarget): string {
  return target.kind === 'log' ? target.path : target.uri;
}

/** A URI is never kept with its password. Throws a SentenceError that shows nothing of what is no URI. */
function plainTarget(wish: PoolTarget): { target: PoolTarget; password?: string | undefined } {
  if (wish.kind === 'log') return { target: wish };
  const { plain, password } = withoutPassword({ uri: wish.uri });
  return { target: { kind: 'console', uri: plain === 'log' ? wish.uri : plain.uri }, password };
}
