import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import { ActiveModel, type ActiveNode, type BranchNode, type RootNode } from './activeModel.ts';
import { activeRow, fieldsTooltip, sessionFacts, sessionFields } from './activeRow.ts';
import { viewIds } from './contributions.ts';
import type { SourceStatus } from '../core/snapshot.ts';
import type { FollowedLog } from './followedLog.ts';
import { type Pace, RefreshRate } from './refreshRate.ts';
import type { Settings } from './settings.ts';

/**
 * How often what is shown is compared with the engine's state. The editor itself waits for 200 ms without a change
 * before it draws another one: told more often, it would draw none at all while the changes go on.
 */
const pace: Pace = { quietMs: 202, busyMs: 400 };
const agesEveryMs = 10_000;

/** The Active view: who is connected, by database, user, application and host. Asks for nothing while hidden. */
export class ActiveTree implements TreeDataProvider<ActiveNode>, Disposable {
  readonly view: TreeView<ActiveNode>;
  readonly #followed: FollowedLog;
  readonly #settings: () => Settings;
  readonly #model: ActiveModel;
  readonly #changed = new EventEmitter<ActiveNode | ActiveNode[] | undefined>();
  readonly #refresh: RefreshRate;
  readonly #ages: ReturnType<typeof setInterval>;
  readonly #subscriptions: Disposable[];
  #drawn = '';
  #drawnVersion: string | undefined;
  #drawnTotals: string | undefined;
  readonly #drawnAges = new Map<string, string>();

  constructor(followed: FollowedLog, settings: () => Settings, failed: (error: unknown) => void) {
    this.#followed = followed;
    this.#settings = settings;
    this.#model = new ActiveModel({
      groups: (dimension, limit) => followed.ask('groups', { dimension, limit }),
      sessions: (dimension, name, limit) => followed.ask('sessions', { dimension, name, from: 0, limit }),
      walsenders: (limit) => followed.ask('walsenders', { from: 0, limit }),
    });
    this.#refresh = new RefreshRate(pace, () => this.#redraw(), failed);
    this.view = window.createTreeView(viewIds.active, { treeDataProvider: this, showCollapseAll: true });
    this.#ages = setInterval(() => this.#tick(), agesEveryMs);
    this.#subscriptions = [
      this.view,
      followed.onDidChange(() => this.#ask()),
      this.view.onDidChangeVisibility(() => this.#ask()),
      this.view.onDidCollapseElement(({ element }) => this.#hide(element)),
    ];
  }

  /** Tells of all rows that differ at once: the editor draws those told a moment later after 200 ms. */
  get onDidChangeTreeData(): EventEmitter<ActiveNode | ActiveNode[] | undefined>['event'] {
    return this.#changed.event;
  }

  getTreeItem(node: ActiveNode): TreeItem {
    return activeRow(node, { total: this.#followed.status?.activeFiltered ?? 0, now: this.#now() });
  }

  async getChildren(node?: ActiveNode): Promise<ActiveNode[]> {
    if (node !== undefined) return [...(await this.#model.children(node))];
    void this.#followed.start();
    return this.#hasRows() ? [...this.#roots()] : [];
  }

  async resolveTreeItem(item: TreeItem, node: ActiveNode, token: CancellationToken): Promise<TreeItem> {
    if (node.kind !== 'session') return item;
    const { session } = await this.#followed.ask('session', { key: node.row.key });
    if (!token.isCancellationRequested) item.tooltip = fieldsTooltip(sessionFields(session ?? node.row));
    return item;
  }

  /** Shows the next page below a branch. */
  async showMore(branch: BranchNode): Promise<void> {
    await this.#model.showMore(branch);
    this.#changed.fire(branch);
  }

  /** Draws everything anew, as after a changed `groupBy`. */
  redrawAll(): void {
    this.#drawn = '';
    this.#ask();
  }

  /** The server has told what the sessions do now, which is no event of the log. */
  redrawLive(): void {
    this.#drawnVersion = undefined;
    this.#ask();
  }

  dispose(): void {
    clearInterval(this.#ages);
    this.#refresh.dispose();
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #ask(): void {
    if (this.view.visible) this.#refresh.ask(this.#followed.status?.version);
  }

  /** Nothing is asked for below a collapsed row; telling the editor so makes it ask again when it is expanded. */
  #hide(node: ActiveNode): void {
    this.#model.hide(node);
    this.#changed.fire(node);
  }

  #hasRows(): boolean {
    return (this.#followed.status?.activeFiltered ?? 0) + this.#walsenders() > 0;
  }

  #walsenders(): number {
    return this.#followed.status?.activeReplicationFiltered ?? 0;
  }

  #roots(): readonly RootNode[] {
    return this.#model.roots(this.#settings().groupBy, this.#walsenders());
  }

  /** Another log, other groupings, or no rows any more: everything. Else only what differs. */
  async #redraw(): Promise<void> {
    const { status } = this.#followed;
    if (!this.view.visible) return;
    const sourceId = status?.sourceId;
    const frame = JSON.stringify([
      sourceId,
      this.#hasRows(),
      this.#walsenders() > 0,
      this.#settings().groupBy,
    ]);
    if (frame !== this.#drawn) {
      this.#drawn = frame;
      this.#model.reset();
      this.#changed.fire(undefined);
      return;
    }
    const version = status && JSON.stringify([status.version, status.filter, status.clearedAt]);
    if (status === undefined || version === this.#drawnVersion || !this.#hasRows()) return;
    this.#drawnVersion = version;
    const changed = await this.#model.update();
    const roots = this.#roots();
    const drawn = this.#totalsChanged(status) ? [...roots] : changed;
    if (drawn.length > 0) this.#changed.fire(drawn);
  }

  #totalsChanged({ activeFiltered, activeReplicationFiltered }: SourceStatus): boolean {
    const totals = `${activeFiltered} ${activeReplicationFiltered}`;
    const differs = totals !== this.#drawnTotals;
    this.#drawnTotals = totals;
    return differs;
  }

  /** Ages grow by themselves, and a server may be started by now. */
  #tick(): void {
    if (!this.view.visible) return;
    if (this.#followed.status === undefined) void this.#followed.retry();
    else this.#redrawAges();
  }

  /** Draws those shown branches anew in which an age reads differently than ten seconds ago. */
  #redrawAges(): void {
    const now = this.#now();
    const shown = new Set<string>();
    const older: BranchNode[] = [];
    for (const branch of this.#shownBranches()) {
      shown.add(branch.id);
      const ages = branch.children?.map((node) =>
        node.kind === 'session' ? sessionFacts(node.row, node.dimension, now) : '',
      );
      const text = ages?.join('\n') ?? '';
      const before = this.#drawnAges.get(branch.id);
      this.#drawnAges.set(branch.id, text);
      if (before !== text) older.push(branch);
    }
    for (const id of this.#drawnAges.keys()) if (!shown.has(id)) this.#drawnAges.delete(id);
    if (older.length > 0) this.#changed.fire(older);
  }

  /** Those directly below which sessions are shown. */
  #shownBranches(): BranchNode[] {
    return this.#roots()
      .flatMap((root): ActiveNode[] => (root.kind === 'replication' ? [root] : (root.children ?? [])))
      .filter((node) => node.kind === 'group' || node.kind === 'replication')
      .filter(({ children }) => children !== undefined);
  }

  /** Ages count up to the wall clock while the log is followed, else up to its newest line. */
  #now(): number {
    const { status } = this.#followed;
    const live = status === undefined || status.state === 'following' || status.state === 'reading';
    return live ? Date.now() : (status.newestAt ?? Date.now());
  }
}
