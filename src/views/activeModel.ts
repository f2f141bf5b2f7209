import type { Dimension } from '../core/session/filter.ts';
import type { NameCount, SessionRow } from '../core/snapshot/openSessions.ts';
import type { Step } from './nextSteps.ts';
import { idBelow, namedId } from './rowId.ts';

/** A grouping, a name in it, a session below the name, the row that asks for more of them, or what to do where there are none. */
export type ActiveNode = LogNode | BranchNode | SessionNode | MoreNode | StepNode;
/** One of several logs; below it are its groupings. */
export interface LogNode {
  readonly kind: 'log';
  readonly id: string;
  readonly sourceId: string;
}
/** A row of a log that has rows below it. */
export type BranchNode = RootNode | GroupNode;
export type RootNode = DimensionNode | ReplicationNode;

export interface DimensionNode extends Branch {
  readonly kind: 'dimension';
  readonly dimension: Dimension;
}
/** The walsenders, which no grouping counts. */
export interface ReplicationNode extends Branch {
  readonly kind: 'replication';
}
export interface GroupNode extends Branch {
  readonly kind: 'group';
  readonly dimension: Dimension;
  /** undefined = unknown. */
  readonly name: string | undefined;
  count: number;
}
export interface SessionNode {
  readonly kind: 'session';
  readonly id: string;
  /** By what it is grouped; undefined = it is a walsender. */
  readonly dimension: Dimension | undefined;
  row: SessionRow;
}
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly branch: BranchNode;
  /** How many are not shown. */
  readonly rest: number;
}
export interface StepNode {
  readonly kind: 'step';
  readonly id: string;
  readonly step: Step;
}
interface Branch {
  readonly id: string;
  /** How many children to ask for. */
  limit: number;
  /** undefined = not shown, and so not asked for. */
  children: ActiveNode[] | undefined;
}

/** What the model asks the engine. */
export interface ActiveQuestions {
  groups(dimension: Dimension, limit: number): Promise<{ groups: readonly NameCount[]; total: number }>;
  sessions(
    dimension: Dimension,
    name: string | undefined,
    limit: number,
  ): Promise<{ sessions: readonly SessionRow[]; total: number }>;
  walsenders(limit: number): Promise<{ sessions: readonly SessionRow[]; total: number }>;
}

/** So many children are asked for at once; *Show more…* asks for as many again. */
export const pageSize = 200;

/**
 * The rows of the Active view that are shown, and only those. A row keeps its node as long as it is shown, so that
 * the tree keeps its expansion, selection and scroll position.
 */
export class ActiveModel {
  readonly #ask: ActiveQuestions;
  readonly #prefix: string;
  #roots: RootNode[] = [];

  /** `prefix` keeps the ids of several models apart. */
  constructor(ask: ActiveQuestions, prefix = '') {
    this.#ask = ask;
    this.#prefix = prefix;
  }

  /** One root for each dimension, in this order, and behind them one for the walsenders if there are any. */
  roots(dimensions: readonly Dimension[], walsenders = 0): readonly RootNode[] {
    const known = new Map(this.#roots.map((root) => [root.id, root]));
    this.#roots = dimensions.map(
      (dimension) => known.get(this.#prefix + dimension) ?? newRoot(this.#prefix, dimension),
    );
    const replication = known.get(`${this.#prefix}replication`) ?? newReplication(this.#prefix);
    if (walsenders > 0) this.#roots.push(replication);
    return this.#roots;
  }

  /** The children of a row, asked for when they were not shown before. */
  async children(node: ActiveNode): Promise<readonly ActiveNode[]> {
    if (node.kind === 'log' || !('children' in node)) return [];
    if (node.children === undefined) await this.#load(node);
    return node.children ?? [];
  }

  /** The row was collapsed: nothing below it is asked for any more. */
  hide(node: ActiveNode): void {
    if ('children' in node) node.children = undefined;
  }

  /** Another log: nothing that was shown is true any more. */
  reset(): void {
    this.#roots = [];
  }

  /** Shows one page more below the branch. */
  async showMore(branch: BranchNode): Promise<void> {
    branch.limit += pageSize;
    await this.#load(branch);
  }

  /** Asks again for all that is shown. Answers the topmost rows that differ. */
  async update(): Promise<ActiveNode[]> {
    const changed: ActiveNode[] = [];
    for (const root of this.#roots) {
      if (root.children === undefined) continue;
      const countsBefore = new Map(groupsOf(root).map((group) => [group, group.count]));
      const listDiffers = await this.#load(root);
      if (listDiffers) changed.push(root);
      for (const group of groupsOf(root)) {
        const rowsDiffer = group.children !== undefined && (await this.#load(group));
        if (!listDiffers && (rowsDiffer || countsBefore.get(group) !== group.count)) changed.push(group);
      }
    }
    return changed;
  }

  /** Loads the children of a branch; true if they are others than before, or in another order. */
  async #load(branch: BranchNode): Promise<boolean> {
    // now, because the nodes that stay get the rows of today
    const before = branch.children && signature(branch.children);
    const children = branch.kind === 'dimension' ? await this.#groups(branch) : await this.#sessions(branch);
    const wasCollapsed = before !== undefined && branch.children === undefined;
    if (!wasCollapsed) branch.children = children;
    return !wasCollapsed && before !== signature(children);
  }

  async #groups(root: DimensionNode): Promise<ActiveNode[]> {
    const { groups, total } = await this.#ask.groups(root.dimension, root.limit);
    const known = new Map(groupsOf(root).map((group) => [group.name, group]));
    const nodes = groups.map(({ name, count }): ActiveNode => {
      const node = known.get(name) ?? newGroup(root, name);
      node.count = count;
      return node;
    });
    return withMore(root, nodes, total);
  }

  async #sessions(branch: GroupNode | ReplicationNode): Promise<ActiveNode[]> {
    const dimension = branch.kind === 'group' ? branch.dimension : undefined;
    const { sessions, total } =
      branch.kind === 'group'
        ? await this.#ask.sessions(branch.dimension, branch.name, branch.limit)
        : await this.#ask.walsenders(branch.limit);
    const known = new Map(branch.children?.map((node) => [node.id, node]));
    const nodes = sessions.map((row): ActiveNode => {
      const id = idBelow(branch.id, row.key);
      const node = known.get(id);
      if (node?.kind !== 'session') return { kind: 'session', id, dimension, row };
      node.row = row;
      return node;
    });
    return withMore(branch, nodes, total);
  }
}

/** True for a row below which more may be shown. */
export function isBranch(node: { readonly kind: string }): node is BranchNode {
  return node.kind === 'dimension' || node.kind === 'replication' || node.kind === 'group';
}

function groupsOf(root: RootNode): GroupNode[] {
  return root.children?.filter((node) => node.kind === 'group') ?? [];
}

function newRoot(prefix: string, dimension: Dimension): DimensionNode {
  return { kind: 'dimension', id: prefix + dimension, dimension, limit: pageSize, children: undefined };
}

function newReplication(prefix: string): ReplicationNode {
  return { kind: 'replication', id: `${prefix}replication`, limit: pageSize, children: undefined };
}

function newGroup({ id: root, dimension }: DimensionNode, name: string | undefined): GroupNode {
  return {
    kind: 'group',
    id: namedId(root, name),
    dimension,
    name,
    count: 0,
    limit: pageSize,
    children: undefined,
  };
}

function withMore(branch: BranchNode, nodes: ActiveNode[], total: number): ActiveNode[] {
  const rest = total - nodes.length;
  return rest > 0 ? [...nodes, { kind: 'more', id: `${branch.id}/…`, branch, rest }] : nodes;
}

/** What a list of children shows, but for the counts of groups, which are drawn one by one. */
function signature(nodes: readonly ActiveNode[]): string {
  return JSON.stringify(
    nodes.map((node) => {
      if (node.kind === 'session')
        return [node.id, node.row.applicationLatest, node.row.beforeClear, liveOf(node.row)];
      return node.kind === 'more' ? [node.id, node.rest] : node.id;
    }),
  );
}

/** What a poll of the server has shown of a session. */
function liveOf({
  state,
  waitEventType,
  blockedBy,
  queryAgeMs,
  stateAgeMs,
  transactionAgeMs,
}: SessionRow): unknown {
  return state && [state, waitEventType, blockedBy, queryAgeMs, stateAgeMs, transactionAgeMs];
}
