import {
  type Disposable,
  EventEmitter,
  l10n,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import type { TroubleCategory, TroubleGroup, TroubleLists } from '../core/snapshot.ts';
import { viewIds } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { type Pace, RefreshRate } from './refreshRate.ts';
import { changedRows } from './troubleChanges.ts';
import { type TroubleNode, troubleRow, troubleTooltip } from './troubleRow.ts';

/** As in the Active view: the editor draws at most five times a second. */
const pace: Pace = { quietMs: 202, busyMs: 400 };
const nothing: TroubleLists = { failures: [], endings: [], problems: [], muted: 0 };

/** The Failures view: who was turned away, whom the server ended, and what went wrong with the server itself. */
export class FailuresTree implements TreeDataProvider<TroubleNode>, Disposable {
  readonly view: TreeView<TroubleNode>;
  readonly #followed: FollowedLog;
  readonly #changed = new EventEmitter<TroubleNode | TroubleNode[] | undefined>();
  readonly #refresh: RefreshRate;
  readonly #subscriptions: Disposable[];
  readonly #sections = {
    ending: { kind: 'section', id: 'ending', category: 'ending' },
    problem: { kind: 'section', id: 'problem', category: 'problem' },
  } as const satisfies Record<string, TroubleNode>;
  #lists: TroubleLists = nothing;
  /** The nodes of the groups that are shown, by key: a group keeps its node, and so its place in the tree. */
  #groups = new Map<string, TroubleNode & { kind: 'trouble' }>();
  #drawnVersion = '';

  constructor(followed: FollowedLog, failed: (error: unknown) => void) {
    this.#followed = followed;
    this.#refresh = new RefreshRate(pace, () => this.#redraw(), failed);
    this.view = window.createTreeView(viewIds.failures, { treeDataProvider: this });
    this.#subscriptions = [
      this.view,
      followed.onDidChange(() => this.#ask()),
      this.view.onDidChangeVisibility(() => this.#ask()),
      window.onDidChangeWindowState(() => this.#ask()),
    ];
  }

  get onDidChangeTreeData(): EventEmitter<TroubleNode | TroubleNode[] | undefined>['event'] {
    return this.#changed.event;
  }

  getTreeItem(node: TroubleNode): TreeItem {
    return troubleRow(node, (category) => this.#list(category).reduce((sum, { count }) => sum + count, 0));
  }

  async getChildren(node?: TroubleNode): Promise<TroubleNode[]> {
    if (node === undefined) {
      void this.#followed.start();
      await this.#load();
      return [...this.#nodes('failure'), ...this.#shownSections()];
    }
    if (node.kind === 'section') return this.#nodes(node.category);
    if (node.kind === 'member') return [];
    return node.group.members.map((trouble) => ({ kind: 'member', id: `${node.id}/${trouble.id}`, trouble }));
  }

  resolveTreeItem(item: TreeItem, node: TroubleNode): TreeItem {
    if (node.kind === 'trouble') item.tooltip = troubleTooltip(node.group);
    const group =
      node.kind === 'member'
        ? this.#groups.get(node.id.slice(0, node.id.lastIndexOf('/')))?.group
        : undefined;
    if (node.kind === 'member' && group) item.tooltip = troubleTooltip(group, node.trouble);
    return item;
  }

  /** Asks for all rows anew, as after a changed mute rule, which is no event of the log. */
  redrawAll(): void {
    this.#drawnVersion = '';
    this.#ask();
  }

  dispose(): void {
    this.#refresh.dispose();
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #ask(): void {
    this.#drawBadge();
    if (this.view.visible) this.#refresh.ask(this.#followed.status?.version);
  }

  #drawBadge(): void {
    const count = this.#followed.status?.newFailures ?? 0;
    if ((this.view.badge?.value ?? 0) === count) return;
    const tooltip = l10n.t('Failed logins since you last looked: {0}', count);
    this.view.badge = count === 0 ? undefined : { value: count, tooltip };
  }

  /** Draws what differs, and tells the engine that it has been looked at. */
  async #redraw(): Promise<void> {
    const { status } = this.#followed;
    if (!this.view.visible) return;
    if (status !== undefined && status.newFailures > 0 && window.state.focused) {
      await this.#followed.ask('markSeen', {});
    }
    const version = status === undefined ? '' : `${status.sourceId} ${status.version}`;
    if (version === this.#drawnVersion) return;
    this.#drawnVersion = version;
    const before = this.#lists;
    await this.#load();
    const changed = changedRows(before, this.#lists);
    if (changed === 'all') this.#changed.fire(undefined);
    else {
      const nodes = changed.flatMap((key) => this.#groups.get(key) ?? this.#sectionOf(key) ?? []);
      if (nodes.length > 0) this.#changed.fire(nodes);
    }
  }

  async #load(): Promise<void> {
    const lists = this.#followed.status === undefined ? nothing : await this.#followed.ask('troubles', {});
    this.#lists = lists;
    this.#groups = new Map(
      allGroups(lists).map((group) => {
        const node = this.#groups.get(group.key) ?? { kind: 'trouble', id: group.key, group };
        node.group = group;
        return [group.key, node];
      }),
    );
    const message = lists.muted > 0 ? l10n.t('{0} hidden by mute rules', lists.muted) : undefined;
    if (this.view.message !== message) this.view.message = message;
  }

  #list(category: TroubleCategory): readonly TroubleGroup[] {
    switch (category) {
      case 'failure':
        return this.#lists.failures;
      case 'ending':
        return this.#lists.endings;
      case 'problem':
        return this.#lists.problems;
    }
  }

  #nodes(category: TroubleCategory): TroubleNode[] {
    return this.#list(category).flatMap(({ key }) => this.#groups.get(key) ?? []);
  }

  #sectionOf(id: string): TroubleNode | undefined {
    return Object.values(this.#sections).find((section) => section.id === id);
  }

  #shownSections(): TroubleNode[] {
    return Object.values(this.#sections).filter(({ category }) => this.#list(category).length > 0);
  }
}

function allGroups({ failures, endings, problems }: TroubleLists): readonly TroubleGroup[] {
  return [...failures, ...endings, ...problems];
}
