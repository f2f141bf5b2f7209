import { commands, type Disposable } from 'vscode';
import { isNoFilter } from '../core/session/filter.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { contextKeys, type ViewState } from './contributions.ts';
import { demoIn } from './demo.ts';
import type { FollowedLog } from './followedLog.ts';
import type { ServerTree } from './serverTree.ts';

/** Which welcome text an empty view shows, and so what the user can do next. */
export function viewState({ phase, status }: Pick<FollowedLog, 'phase' | 'status'>): ViewState {
  if (status !== undefined) return followedState(status);
  return phase === 'idle' || phase === 'followed' ? 'looking' : phase;
}

function followedState(status: SourceStatus): ViewState {
  const { connects, failures, endings, problems } = status.totals;
  if (status.state === 'reading') return 'reading';
  if (status.state === 'waiting') return 'waiting';
  if (status.activeFiltered + status.activeReplicationFiltered > 0) return 'active';
  if (status.active + status.activeReplication > 0) return 'filteredOut';
  if (status.trouble !== undefined) return 'waiting';
  if (status.log.connectionLogging === 'off' && connects === 0) return 'loggingOff';
  if (status.state === 'paused' || status.state === 'stopped') return status.state;
  return status.totalBytes === 0 && connects + failures + endings + problems === 0 ? 'empty' : 'quiet';
}

/** True where the server that writes the log is known, and logs less than all connections. */
function canTurnOnLogging({ log }: SourceStatus): boolean {
  const { connectionLogging, dataDirectory, configFile, port } = log;
  return connectionLogging !== 'on' && [dataDirectory, configFile, port].some((known) => known !== undefined);
}

/** There is nothing to pause. */
const unpausable: ReadonlySet<SourceStatus['state']> = new Set(['paused', 'reading', 'stopped']);

/** Holds the context keys to the followed log, and sets only those that change. */
export class ContextKeys implements Disposable {
  readonly #followed: FollowedLog;
  readonly #canUndoLogging: () => boolean;
  readonly #set = new Map<string, unknown>();
  readonly #subscription: Disposable;

  constructor(followed: FollowedLog, canUndoLogging: () => boolean) {
    this.#followed = followed;
    this.#canUndoLogging = canUndoLogging;
    this.#subscription = followed.onDidChange(() => this.update());
    this.update();
  }

  update(): void {
    const { status } = this.#followed;
    this.#put(contextKeys.state, viewState(this.#followed));
    this.#put(contextKeys.following, status !== undefined);
    this.#put(contextKeys.several, this.#followed.all.length > 1);
    this.#put(contextKeys.demo, demoIn(this.#followed) !== undefined);
    this.#put(contextKeys.paused, status?.state === 'paused');
    this.#put(contextKeys.canPause, status !== undefined && !unpausable.has(status.state));
    this.#put(contextKeys.reading, status?.state === 'reading');
    this.#put(contextKeys.filtered, status !== undefined && !isNoFilter(status.filter));
    this.#put(contextKeys.hasFailures, status?.newestFailureId !== undefined);
    this.#put(contextKeys.canUndoClear, status?.canUndoClear === true);
    this.#put(contextKeys.canTurnOnLogging, status !== undefined && canTurnOnLogging(status));
    this.#put(contextKeys.canUndoLogging, this.#canUndoLogging());
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #put(key: string, value: unknown): void {
    put(this.#set, key, value);
  }
}

/** Holds the context keys of the live server. */
export class ServerContextKeys implements Disposable {
  readonly #set = new Map<string, unknown>();
  readonly #subscriptions: readonly Disposable[];

  constructor(
    server: Pick<ConnectedServer, 'status' | 'onDidChange'>,
    tree: Pick<ServerTree, 'isSteppedBack' | 'onDidStep'>,
  ) {
    const update = (): void => {
      const { status } = server;
      put(this.#set, contextKeys.serverConnected, status !== undefined);
      put(this.#set, contextKeys.serverWritable, status !== undefined && !status.readOnly);
      put(this.#set, contextKeys.serverSteppedBack, tree.isSteppedBack);
    };
    this.#subscriptions = [server.onDidChange(update), tree.onDidStep(update)];
    update();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function put(set: Map<string, unknown>, key: string, value: unknown): void {
  if (set.get(key) === value) return;
  set.set(key, value);
  void commands.executeCommand('setContext', key, value);
}
