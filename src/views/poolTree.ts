import type { TreeItem } from 'vscode';
import type { PoolStatus } from '../core/pool/poolSnapshot.ts';
import { viewIds } from './contributions.ts';
import { KeptRows } from './keptRows.ts';
import { clientNodes, mostRows, type PoolNode, sourceNode, type TracedRows } from './poolModel.ts';
import { poolRowText, poolTreeItem } from './poolRow.ts';
import { type ChangedRows, SidebarTree } from './sidebarTree.ts';
import type { WindowPools } from './windowPools.ts';

type ApplicationNode = PoolNode & { kind: 'application' };

/** The Pools view: a root for each source, its findings and pools below. */
export class PoolTree extends SidebarTree<PoolNode> {
  readonly #pools: WindowPools;
  readonly #sources = new KeptRows(saidBy);
  /** What servers count of a pool's applications may be another number, which the pool itself does not tell. */
  #areCountsNew = false;
  /** Applications whose clients are shown. */
  readonly #open = new Map<string, ApplicationNode>();

  constructor(pools: WindowPools, see: (isVisible: boolean) => void, failed: (error: unknown) => void) {
    super({ viewId: viewIds.pools, showCollapseAll: true, of: pools, see, failed });
    this.#pools = pools;
    this.own(
      this.view.onDidExpandElement(({ element }) => {
        if (element.kind === 'application') this.#open.set(element.id, element);
      }),
      this.view.onDidCollapseElement(({ element }) => this.#open.delete(element.id)),
    );
  }

  /** Something is different of the servers that count a pool's connections. */
  redrawCounts(): void {
    this.#areCountsNew = true;
    this.ask();
  }

  getTreeItem(node: PoolNode): TreeItem {
    return poolTreeItem(node);
  }

  async getChildren(node?: PoolNode): Promise<PoolNode[]> {
    if (node === undefined) {
      await this.changes();
      return [...this.#sources.rows];
    }
    if (node.kind === 'application' && node.children === undefined)
      return clientNodes(node, await this.#trace(node));
    return [...(node.children ?? [])];
  }

  protected async changes(): Promise<ChangedRows<PoolNode>> {
    const roots: PoolNode[] = [];
    const areCountsNew = this.#areCountsNew;
    this.#areCountsNew = false;
    for (const status of this.#pools.statuses) {
      const known = this.#sources.rows.find(({ poolId }) => poolId === status.poolId);
      const isNews = known?.kind !== 'source' || known.status.version !== status.version;
      roots.push(
        isNews || (areCountsNew && status.target.kind === 'log') ? await this.#rootOf(status) : known,
      );
    }
    // one of them may have been removed meanwhile
    const followed = new Set(this.#pools.statuses.map(({ poolId }) => poolId));
    for (const [id, { poolId }] of this.#open) if (!followed.has(poolId)) this.#open.delete(id);
    return this.#sources.take(roots.filter(({ poolId }) => followed.has(poolId)));
  }

  async #rootOf(status: PoolStatus): Promise<PoolNode> {
    const snapshot = await this.#pools.snapshot(status.poolId).catch(() => undefined);
    return sourceNode(snapshot?.status ?? status, snapshot, await this.#traces(status.poolId));
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

/** What is seen of a row. */
function saidBy(node: PoolNode): unknown {
  const { label, description, contextValue, icon } = poolRowText(node);
  return [label, description, contextValue, icon?.id];
}
