import type { Memento } from 'vscode';
import type { PoolTarget } from '../core/pool/poolSnapshot.ts';
import type { Filter } from '../core/session/filter.ts';
import type { ClearMark, FollowTarget } from '../protocol/logQuestions.ts';
import type { ServerWish } from './serverWish.ts';

/** What is remembered of one log. */
export interface RememberedLog {
  readonly clearMark?: ClearMark | undefined;
  readonly filter?: Filter | undefined;
}

/** The log that the user chose, and what the setting `log` said then: a changed setting wins again. */
export interface Choice {
  readonly target: FollowTarget;
  readonly logSetting: string;
}

/** More logs than these in one workspace, and the one not used for longest is forgotten. */
const mostLogs = 20;

/** What this workspace remembers between windows. */
export class WorkspaceMemory {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  /** True if a log was followed in this workspace before: the engine then starts by itself. */
  get followedBefore(): boolean {
    return this.#state.get('followedBefore', false);
  }
  rememberFollowed(): Thenable<void> {
    return this.#state.update('followedBefore', true);
  }

  get choice(): Choice | undefined {
    return this.#state.get<Choice>('choice');
  }
  choose(choice: Choice | undefined): Thenable<void> {
    return this.#state.update('choice', choice);
  }

  /** What is followed beside the choice. */
  get others(): readonly FollowTarget[] {
    return this.#state.get('others', []);
  }
  rememberOthers(targets: readonly FollowTarget[]): Thenable<void> {
    return this.#state.update('others', targets);
  }

  /** The discovered log that is kept even if a server is started later. */
  get pinnedId(): string | undefined {
    return this.#state.get<string>('pinnedId');
  }
  pin(id: string | undefined): Thenable<void> {
    return this.#state.update('pinnedId', id);
  }

  /** Which server is connected to in this workspace; never with a password. */
  get server(): ServerWish | undefined {
    return this.#state.get<ServerWish>('server');
  }
  rememberServer(wish: ServerWish | undefined): Thenable<void> {
    return this.#state.update('server', wish);
  }

  /** What is followed for its pools in this workspace; URIs without their passwords. */
  get pools(): readonly PoolTarget[] {
    return this.#state.get<readonly PoolTarget[]>('pools', []);
  }
  rememberPools(targets: readonly PoolTarget[]): Thenable<void> {
    return this.#state.update('pools', targets);
  }

  log(target: FollowTarget): RememberedLog {
    return this.#logs().find(([key]) => key === keyOf(target))?.[1] ?? {};
  }
  rememberLog(target: FollowTarget, change: RememberedLog): Thenable<void> {
    const others = this.#logs().filter(([key]) => key !== keyOf(target));
    const entry = [keyOf(target), { ...this.log(target), ...change }] as const;
    return this.#state.update('logs', [entry, ...others].slice(0, mostLogs));
  }

  #logs(): (readonly [string, RememberedLog])[] {
    return this.#state.get('logs', []);
  }
}

function keyOf(target: FollowTarget): string {
  if ('path' in target) return target.path;
  if ('discoveredId' in target) return target.discoveredId;
  if ('commandName' in target) return `command ${target.commandName}`;
  return 'serverId' in target ? target.serverId : 'demo';
}
