import {
  type Disposable,
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import { viewIds } from './contributions.ts';
import { clientNodes, mostRows, type PoolNode, sourceNode, type TracedRows } from './poolModel.ts';
import { poolRowText, poolTreeItem } from './poolRow.ts';
import { type Pace, RefreshRate } from './refreshRate.ts';
import type { WindowPools } from './windowPools.ts';

/** As in the Active view: the editor draws at most five times a second. */
const pace: Pace = { quietMs: 202, busyMs: 400 };

type SourceNode = PoolNode & { kind: 'source' };
type ApplicationNode = PoolNode & { kind: 'application' };

/** The Pools view: a root for each source, its findings and pools below. Asks for nothing while hidden. */
export class PoolTree implements TreeDataProvider<PoolNode>, Disposable {
  readonly view: TreeView<PoolNode>;
  readonly #pools: WindowPools;
  readonly #changed = new EventEmitter<PoolNode | PoolNode[] | undefined>();
  readonly #refresh: RefreshRate;
  readonly #subscriptions: Disposable[];
  /** Roots keep their node, and so their place in the tree. */
  readonly #sources = new Map<string, SourceNode>();
  readonly #drawnVersion = new Map<string, number>();
  /** Applications whose clients are shown. */
  readonly #open = new Map<string, ApplicationNode>();

  constructor(pools: WindowPools, failed: (error: unknown) => void) {
    this.#pools = pools;
    this.#refresh = new RefreshRate(pace, () => this.#redraw(), failed);
    this.view = window.createTreeView(viewIds.pools, { treeDataProvider: this, showCollapseAll: true });
    this.#subscriptions = [
      this.view,
      pools.onDidChange(() => this.#ask()),
      this.view.onDidChangeVisibility(({ visible }) => {
        pools.see(visible);
        this.#ask();
      }),
      this.view.onDidExpandElement(({ element }) => {
        if (element.kind === 'application') this.#open.set(element.id, element);
      }),
      this.view.onDidCollapseElement(({ element }) => this.#open.delete(element.id)),
    ];
    if (this.view.visible) pools.see(true);
  }

  get onDidChangeTreeData(): EventEmitter<PoolNode | PoolNode[] | undefined>['event'] {
    return this.#changed.event;
  }

  getTreeItem(node: PoolNode): TreeItem {
    return poolTreeItem(node);
  }

  async getChildren(node?: PoolNode): Promise<PoolNode[]> {
    if (node === undefined) {
      await this.#load();
      return this.#roots();
    }
    if (node.kind === 'application' && node.children === undefined)
      return clientNodes(node, await this.#trace(node));
    return [...(node.children ?? [])];
  }

  dispose(): void {
    this.#refresh.dispose();
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #ask(): void {
    if (this.view.visible) this.#refresh.ask();
  }

  #roots(): SourceNode[] {
    return this.#pools.statuses.flatMap(({ poolId }) => this.#sources.get(poolId) ?? []);
  }

  /** Draws those roots that differ; all where others are there than before. */
  async #redraw(): Promise<void> {
    if (!this.view.visible) return;
    // of those that are drawn: one of them may have been removed since
    const before = new Map([...this.#sources.values()].map((root) => [root.id, signature(root)]));
    await this.#load();
    const roots = this.#roots();
    const isSame = roots.length === before.size && roots.every(({ id }) => before.has(id));
    if (!isSame) this.#changed.fire(undefined);
    else {
      const differ = roots.filter((root) => signature(root) !== before.get(root.id));
      if (differ.length > 0) this.#changed.fire(differ);
    }
  }

  async #load(): Promise<void> {
    const { statuses } = this.#pools;
    for (const poolId of [...this.#sources.keys()])
      if (!statuses.some((status) => status.poolId === poolId)) this.#forget(poolId);
    for (const { poolId, version } of statuses) {
      if (this.#drawnVersion.get(poolId) === version) continue;
      const snapshot = await this.#pools.snapshot(poolId).catch(() => undefined);
      const status = snapshot?.status ?? statuses.find((each) => each.poolId === poolId);
      if (!status) continue;
      const node = sourceNode(status, snapshot, await this.#traces(poolId));
      this.#sources.set(poolId, Object.assign(this.#sources.get(poolId) ?? { ...node }, node));
      this.#drawnVersion.set(poolId, version);
    }
  }

  #forget(poolId: string): void {
    this.#sources.delete(poolId);
    this.#drawnVersion.delete(poolId);
    for (const [id, node] of this.#open) if (node.poolId === poolId) this.#open.delete(id);
  }

  /** The clients of those applications that are expanded. */
  async #traces(poolId: string): Promise<ReadonlyMap<string, TracedRows>> {
    const open = [...this.#open.values()].filter((node) => node.poolId === poolId);
    const traced = open.map(async (node) => [node.id, await this.#trace(node)] as const);
    return new Map(await Promise.all(traced));
  }

  async #trace({ poolId, application: { name } }: ApplicationNode): Promise<TracedRows> {
    const none = { clients: [], total: 0 };
    return this.#pools.ask('tracePool', { poolId, application: name, limit: mostRows }).catch(() => none);
  }
}

/** What a row and those below it say. */
function signature(node: PoolNode): string {
  const { label, description, contextValue, icon } = poolRowText(node);
  const below = (node.children ?? []).map(signature);
  return JSON.stringify([node.id, label, description, contextValue, icon?.id, below]);
}
