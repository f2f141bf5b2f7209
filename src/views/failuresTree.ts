import { l10n, type TreeItem, window } from 'vscode';
import type { TroubleCategory, TroubleGroup, TroubleLists } from '../core/snapshot/troubleLists.ts';
import type { LogNode } from './activeModel.ts';
import { viewIds } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { logRow, logRowSays } from './logRow.ts';
import { type ChangedRows, SidebarTree } from './sidebarTree.ts';
import { changedRows } from './troubleChanges.ts';
import { type TroubleNode, troubleRow, troubleTooltip } from './troubleRow.ts';

type GroupNode = TroubleNode & { kind: 'trouble' };
type SectionNode = TroubleNode & { kind: 'section' };
const nothing: TroubleLists = { failures: [], endings: [], problems: [], muted: 0 };

/** The troubles of one log as rows, which keep their nodes, and so their place in the tree. */
class LogTroubles {
  lists: TroubleLists = nothing;
  /** Of which version of the log they are; '' = of none. */
  version = '';
  /** Its row, where there are several. */
  readonly node: LogNode;
  readonly #sourceId: string;
  readonly #prefix: string;
  readonly #sections: readonly SectionNode[];
  #groups = new Map<string, GroupNode>();

  /** `prefix` keeps the ids of several logs apart. */
  constructor(sourceId: string, prefix: string) {
    this.#sourceId = sourceId;
    this.#prefix = prefix;
    this.node = { kind: 'log', id: `log ${sourceId}`, sourceId };
    this.#sections = (['ending', 'problem'] as const).map((category) => ({
      ...{ kind: 'section', id: prefix + category, category, sourceId },
    }));
  }

  /** Takes what the engine tells; answers the rows that differ, `all` where those at the top do. */
  take(lists: TroubleLists): ChangedRows<TroubleNode> {
    const before = this.lists;
    this.lists = lists;
    this.#groups = new Map(
      [...lists.failures, ...lists.endings, ...lists.problems].map((group) => [
        group.key,
        this.#nodeOf(group),
      ]),
    );
    const changed = changedRows(before, lists);
    if (changed === 'all') return changed;
    const section = (key: string): TroubleNode | undefined =>
      this.#sections.find(({ category }) => category === key);
    return changed.flatMap((key) => this.#groups.get(key) ?? section(key) ?? []);
  }

  get top(): TroubleNode[] {
    return [
      ...this.nodes('failure'),
      ...this.#sections.filter(({ category }) => this.list(category).length > 0),
    ];
  }

  nodes(category: TroubleCategory): TroubleNode[] {
    return this.list(category).flatMap(({ key }) => this.#groups.get(key) ?? []);
  }

  list(category: TroubleCategory): readonly TroubleGroup[] {
    switch (category) {
      case 'failure':
        return this.lists.failures;
      case 'ending':
        return this.lists.endings;
      case 'problem':
        return this.lists.problems;
    }
  }

  /** The group that has a member. */
  groupOf({ id }: TroubleNode): TroubleGroup | undefined {
    return this.#groups.get(id.slice(this.#prefix.length, id.lastIndexOf('/')))?.group;
  }

  #nodeOf(group: TroubleGroup): GroupNode {
    const { key } = group;
    const sourceId = this.#sourceId;
    const node = this.#groups.get(key) ?? { kind: 'trouble', id: this.#prefix + key, group, sourceId };
    node.group = group;
    return node;
  }
}

/** The Failures view: who was turned away, whom the server ended, and what went wrong with the server itself. */
export class FailuresTree extends SidebarTree<TroubleNode> {
  readonly #followed: FollowedLog;
  readonly #logs = new Map<string, LogTroubles>();
  #toldFrame = '';

  constructor(followed: FollowedLog, failed: (error: unknown) => void) {
    super({ viewId: viewIds.failures, showCollapseAll: false, of: followed, failed });
    this.#followed = followed;
    this.own(window.onDidChangeWindowState(() => this.ask()));
  }

  getTreeItem(node: TroubleNode): TreeItem {
    const log = this.#logOf(node);
    // the editor draws later than it is told to, and what is true by then
    if (node.kind === 'log' && this.#frame() !== this.#toldFrame) this.#toldFrame = '';
    if (node.kind === 'log') return logRow(node, this.#followed);
    return troubleRow(
      node,
      (category) => log?.list(category).reduce((sum, { count }) => sum + count, 0) ?? 0,
    );
  }

  async getChildren(node?: TroubleNode): Promise<TroubleNode[]> {
    if (node === undefined) {
      void this.#followed.start();
      await this.#load();
      const logs = [...this.#logs.values()];
      return logs.length > 1 ? logs.map((log) => log.node) : (logs[0]?.top ?? []);
    }
    switch (node.kind) {
      case 'log':
        return this.#logOf(node)?.top ?? [];
      case 'section':
        return this.#logOf(node)?.nodes(node.category) ?? [];
      case 'member':
        return [];
      case 'trouble':
        return node.group.members.map((trouble) => ({
          ...{ kind: 'member', id: `${node.id}/${trouble.id}`, trouble, sourceId: node.sourceId },
        }));
    }
  }

  resolveTreeItem(item: TreeItem, node: TroubleNode): TreeItem {
    if (node.kind === 'trouble') item.tooltip = troubleTooltip(node.group);
    const group = node.kind === 'member' ? this.#logOf(node)?.groupOf(node) : undefined;
    if (node.kind === 'member' && group) item.tooltip = troubleTooltip(group, node.trouble);
    return item;
  }

  /** Asks for all rows anew, as after a changed mute rule, which is no event of the log. */
  redrawAll(): void {
    for (const log of this.#logs.values()) log.version = '';
    this.ask();
  }

  /** Failed logins are counted also while nobody looks. */
  protected override drawHeader(): void {
    const count = this.#followed.all.reduce((sum, { newFailures }) => sum + newFailures, 0);
    if ((this.view.badge?.value ?? 0) === count) return;
    const tooltip = l10n.t('Failed logins since you last looked: {0}', count);
    this.view.badge = count === 0 ? undefined : { value: count, tooltip };
  }

  /** Tells the engine too that it has been looked at. */
  protected async changes(): Promise<ChangedRows<TroubleNode>> {
    for (const { sourceId, newFailures } of this.#followed.all)
      if (newFailures > 0 && window.state.focused) await this.#followed.ask('markSeen', {}, sourceId);
    const changed = await this.#load();
    const frame = this.#frame();
    const isOther = frame !== this.#toldFrame;
    this.#toldFrame = frame;
    return isOther ? 'all' : changed;
  }

  /** Which logs there are, and what their rows tell. */
  #frame(): string {
    return JSON.stringify(
      this.#followed.all.map((each) => [each.sourceId, logRowSays(each, this.#followed)]),
    );
  }

  /** Asks for the troubles of the logs that have changed; answers the rows that differ. */
  async #load(): Promise<ChangedRows<TroubleNode>> {
    const { all } = this.#followed;
    let isAll = false;
    const changed: TroubleNode[] = [];
    for (const sourceId of this.#logs.keys())
      if (!all.some((status) => status.sourceId === sourceId)) this.#logs.delete(sourceId);
    for (const { sourceId, version } of all) {
      const log =
        this.#logs.get(sourceId) ?? new LogTroubles(sourceId, this.#logs.size > 0 ? `${sourceId}/` : '');
      this.#logs.set(sourceId, log);
      if (log.version === String(version)) continue;
      log.version = String(version);
      const rows = log.take(await this.#followed.ask('troubles', {}, sourceId));
      if (rows !== 'all') changed.push(...rows);
      else if (all.length > 1) changed.push(log.node);
      else isAll = true;
    }
    this.#tellMuted();
    return isAll ? 'all' : changed;
  }

  #tellMuted(): void {
    const muted = [...this.#logs.values()].reduce((sum, { lists }) => sum + lists.muted, 0);
    const message = muted > 0 ? l10n.t('{0} hidden by mute rules', muted) : undefined;
    if (this.view.message !== message) this.view.message = message;
  }

  #logOf({ sourceId }: TroubleNode): LogTroubles | undefined {
    return sourceId === undefined ? undefined : this.#logs.get(sourceId);
  }
}
