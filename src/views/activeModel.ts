import type { Dimension } from '../core/session/filter.ts';
import type { NameCount, SessionRow } from '../core/snapshot.ts';

/** A grouping, a name in it, a session below the name, or the row that asks for more of them. */
export type ActiveNode = DimensionNode | GroupNode | SessionNode | MoreNode;

export interface DimensionNode extends Branch {
  readonly kind: 'dimension';
  readonly dimension: Dimension;
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
  readonly dimension: Dimension;
  row: SessionRow;
}
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly branch: DimensionNode | GroupNode;
  /** How many are not shown. */
  readonly rest: number;
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
}

/** So many children are asked for at once; *Show more…* asks for as many again. */
export const pageSize = 200;

/**
 * The rows of the Active view that are shown, and only those. A row keeps its node as long as it is shown, so that
 * the tree keeps its expansion, selection and scroll position.
 */
export class ActiveModel {
  readonly #ask: ActiveQuestions;
  #roots: DimensionNode[] = [];

  constructor(ask: ActiveQuestions) {
    this.#ask = ask;
  }

  /** One root for each dimension, in this order. */
  roots(dimensions: readonly Dimension[]): readonly DimensionNode[] {
    this.#roots = dimensions.map(
      (dimension) =>
        this.#roots.find((root) => root.dimension === dimension) ?? {
          kind: 'dimension',
          id: dimension,
          dimension,
          limit: pageSize,
          children: undefined,
        },
    );
    return this.#roots;
  }

  /** The children of a row, asked for when they were not shown before. */
  async children(node: ActiveNode): Promise<readonly ActiveNode[]> {
    if (node.kind === 'session' || node.kind === 'more') return [];
    if (node.children === undefined) await this.#load(node);
    return node.children ?? [];
  }

  /** The row was collapsed: nothing below it is asked for any more. */
  hide(node: ActiveNode): void {
    if (node.kind === 'dimension' || node.kind === 'group') node.children = undefined;
  }

  /** Another log: nothing that was shown is true any more. */
  reset(): void {
    this.#roots = [];
  }

  /** Shows one page more below the branch. */
  async showMore(branch: DimensionNode | GroupNode): Promise<void> {
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
  async #load(branch: DimensionNode | GroupNode): Promise<boolean> {
    const before = branch.children;
    const children = branch.kind === 'dimension' ? await this.#groups(branch) : await this.#sessions(branch);
    branch.children = children;
    return before === undefined || signature(before) !== signature(children);
  }

  async #groups(root: DimensionNode): Promise<ActiveNode[]> {
    const { groups, total } = await this.#ask.groups(root.dimension, root.limit);
    const known = new Map(groupsOf(root).map((group) => [group.name, group]));
    const nodes = groups.map(({ name, count }): ActiveNode => {
      const node = known.get(name) ?? newGroup(root.dimension, name);
      node.count = count;
      return node;
    });
    return withMore(root, nodes, total);
  }

  async #sessions(group: GroupNode): Promise<ActiveNode[]> {
    const { sessions, total } = await this.#ask.sessions(group.dimension, group.name, group.limit);
    const known = new Map(group.children?.map((node) => [node.id, node]));
    const nodes = sessions.map((row): ActiveNode => {
      const id = `${group.id}/${row.key}`;
      const node = known.get(id);
      if (node?.kind !== 'session') return { kind: 'session', id, dimension: group.dimension, row };
      node.row = row;
      return node;
    });
    return withMore(group, nodes, total);
  }
}

function groupsOf(root: DimensionNode): GroupNode[] {
  return root.children?.filter((node) => node.kind === 'group') ?? [];
}

/** `=` marks a name, so that an application called like nothing is not the unknown one. */
function newGroup(dimension: Dimension, name: string | undefined): GroupNode {
  const id = `${dimension}/${name === undefined ? '' : `=${name}`}`;
  return { kind: 'group', id, dimension, name, count: 0, limit: pageSize, children: undefined };
}

function withMore(branch: DimensionNode | GroupNode, nodes: ActiveNode[], total: number): ActiveNode[] {
  const rest = total - nodes.length;
  return rest > 0 ? [...nodes, { kind: 'more', id: `${branch.id}/…`, branch, rest }] : nodes;
}

/** What a list of children shows, but for the counts of groups, which are drawn one by one. */
function signature(nodes: readonly ActiveNode[]): string {
  return JSON.stringify(
    nodes.map((node) => {
      if (node.kind === 'session') return [node.id, node.row.applicationLatest, node.row.beforeClear];
      return node.kind === 'more' ? [node.id, node.rest] : node.id;
    }),
  );
}
