import { type CancellationToken, Disposable, type TreeItem } from 'vscode';
import {
  ActiveModel,
  type ActiveNode,
  type ActiveQuestions,
  type BranchNode,
  isBranch,
  type LogNode,
  type RootNode,
  type StepNode,
} from './activeModel.ts';
import { activeRow, fieldsTooltip, sessionFields } from './activeRow.ts';
import { viewIds } from './contributions.ts';
import { DrawnAges } from './drawnAges.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { FollowedLog } from './followedLog.ts';
import { logRow, logRowSays } from './logRow.ts';
import { nextSteps, stepRow } from './nextSteps.ts';
import type { Settings } from './settings.ts';
import { type ChangedRows, SidebarTree } from './sidebarTree.ts';

const agesEveryMs = 10_000;

/** What is shown of one log. */
interface ShownLog {
  readonly model: ActiveModel;
  /** Its row, where there are several. */
  readonly node: LogNode;
  drawnVersion: string | undefined;
  /** What the editor was told of its row and its roots; undefined = something else may be drawn. */
  toldRow: string | undefined;
}

/** The Active view: who is connected, by database, user, application and host, of each log that is followed. */
export class ActiveTree extends SidebarTree<ActiveNode> {
  readonly #followed: FollowedLog;
  readonly #settings: () => Settings;
  readonly #logs = new Map<string, ShownLog>();
  /** Which log a row is of. */
  readonly #sourceIds = new WeakMap<ActiveNode, string>();
  /** What the editor was told of the frame; '' = something else may be drawn. */
  #told = '';
  readonly #ages = new DrawnAges((branch) => this.timeOf(branch));

  constructor(followed: FollowedLog, settings: () => Settings, failed: (error: unknown) => void) {
    super({ viewId: viewIds.active, showCollapseAll: true, of: followed, failed });
    this.#followed = followed;
    this.#settings = settings;
    const ages = setInterval(() => this.#redrawAges(), agesEveryMs);
    this.own(
      this.view.onDidCollapseElement(({ element }) => this.#hide(element)),
      new Disposable(() => clearInterval(ages)),
    );
  }

  getTreeItem(node: ActiveNode): TreeItem {
    const status = this.#statusOf(node);
    if (status && (node.kind === 'log' || isRoot(node))) this.#noteDrawn(status);
    if (node.kind === 'log') return logRow(node, this.#followed);
    if (node.kind === 'step') return stepRow(node);
    return activeRow(node, {
      total: status?.activeFiltered ?? 0,
      walsenders: status?.activeReplicationFiltered ?? 0,
      now: nowOf(status),
    });
  }

  async getChildren(node?: ActiveNode): Promise<ActiveNode[]> {
    if (node === undefined) void this.#followed.start();
    if ((node === undefined || node.kind === 'log') && this.#told !== this.#frame()) this.#told = '';
    const { all } = this.#followed;
    const [status] = all;
    const sourceId = node === undefined ? status?.sourceId : this.sourceOf(node);
    if (sourceId === undefined) return node === undefined ? this.#steps() : [];
    if (node === undefined && all.length > 1) return all.map((each) => this.#logOf(each.sourceId).node);
    if (node === undefined || node.kind === 'log') {
      const of = all.find((each) => each.sourceId === sourceId);
      if (of && hasRows(of)) return this.#rowsOf(sourceId, this.#roots(of));
      return node === undefined ? this.#steps() : [];
    }
    const rows = this.#rowsOf(sourceId, await this.#logOf(sourceId).model.children(node));
    if (isBranch(node)) this.#ages.note(node);
    return rows;
  }

  async resolveTreeItem(item: TreeItem, node: ActiveNode, token: CancellationToken): Promise<TreeItem> {
    if (node.kind !== 'session') return item;
    const { session } = await this.#followed.ask('session', { key: node.row.key }, this.sourceOf(node));
    if (!token.isCancellationRequested) item.tooltip = fieldsTooltip(sessionFields(session ?? node.row));
    return item;
  }

  /** The log that a row is of. */
  sourceOf(node: ActiveNode): string | undefined {
    return node.kind === 'log' ? node.sourceId : this.#sourceIds.get(node);
  }

  /** Shows the next page below a branch. */
  async showMore(branch: BranchNode): Promise<void> {
    const sourceId = this.sourceOf(branch);
    if (sourceId === undefined) return;
    await this.#logOf(sourceId).model.showMore(branch);
    this.draw([branch]);
  }

  /** Up to when the ages of a row count, ms. */
  timeOf(node: ActiveNode): number {
    return nowOf(this.#statusOf(node));
  }

  /** Draws everything anew, as after a changed `groupBy`. */
  redrawAll(): void {
    this.#told = '';
    this.ask();
  }

  /** The server has told what the sessions do now, which is no event of the log. */
  redrawLive(): void {
    for (const log of this.#logs.values()) log.drawnVersion = undefined;
    this.ask();
  }

  /** Nothing is asked for below a collapsed row; telling the editor so makes it ask again when it is expanded. */
  #hide(node: ActiveNode): void {
    const sourceId = this.sourceOf(node);
    if (sourceId !== undefined) this.#logOf(sourceId).model.hide(node);
    this.draw([node]);
  }

  /** The first one has the ids that a single one has: it is followed on when a second one comes. */
  #logOf(sourceId: string): ShownLog {
    const known = this.#logs.get(sourceId);
    if (known) return known;
    const questions: ActiveQuestions = {
      groups: (dimension, limit) => this.#followed.ask('groups', { dimension, limit }, sourceId),
      sessions: (dimension, name, limit) =>
        this.#followed.ask('sessions', { dimension, name, from: 0, limit }, sourceId),
      walsenders: (limit) => this.#followed.ask('walsenders', { from: 0, limit }, sourceId),
    };
    const model = new ActiveModel(questions, this.#logs.size === 0 ? '' : `${sourceId}/`);
    const node = { kind: 'log', id: `log ${sourceId}`, sourceId } as const;
    const log = { model, node, drawnVersion: undefined, toldRow: undefined };
    this.#logs.set(sourceId, log);
    return log;
  }

  #statusOf(node: ActiveNode): SourceStatus | undefined {
    const sourceId = this.sourceOf(node);
    return this.#followed.all.find((status) => status.sourceId === sourceId);
  }

  #rowsOf<T extends ActiveNode>(sourceId: string, nodes: readonly T[]): T[] {
    for (const node of nodes) this.#sourceIds.set(node, sourceId);
    return [...nodes];
  }

  /** What is shown in place of rows. */
  #steps(): StepNode[] {
    const { log } = this.#settings();
    const named = this.#followed.choice.namedPath();
    const isSet = named !== undefined && 'path' in named && named.path === log;
    return nextSteps(this.#followed, isSet).map((step) => ({ kind: 'step', id: `step ${step}`, step }));
  }

  #roots({ sourceId, activeReplicationFiltered }: SourceStatus): readonly RootNode[] {
    const roots = this.#logOf(sourceId).model.roots(this.#settings().groupBy, activeReplicationFiltered);
    return this.#rowsOf(sourceId, roots);
  }

  /** Other logs, other groupings, or no rows any more: everything. Else only what differs. */
  protected async changes(): Promise<ChangedRows<ActiveNode>> {
    const { all } = this.#followed;
    const frame = this.#frame();
    if (frame !== this.#told) {
      this.#told = frame;
      this.#logs.clear();
      return 'all';
    }
    const drawn: ActiveNode[] = [];
    for (const status of all) drawn.push(...(await this.#redrawLog(status, all.length > 1)));
    return drawn;
  }

  /** What there is at the root, and below each log. */
  #frame(): string {
    const { all } = this.#followed;
    const kinds = all.map((each) => [each.sourceId, hasRows(each), each.activeReplicationFiltered > 0]);
    return JSON.stringify([kinds, this.#settings().groupBy, this.#steps()]);
  }

  /** What the roots of a log and its row tell. */
  #rowText(status: SourceStatus): string {
    const { activeFiltered, activeReplicationFiltered } = status;
    return JSON.stringify([activeFiltered, activeReplicationFiltered, logRowSays(status, this.#followed)]);
  }

  /**
   * The editor draws later than it is told to, and what is true by then: where that is something else, it is told once
   * more, also if all is again as it was told.
   */
  #noteDrawn(status: SourceStatus): void {
    const log = this.#logs.get(status.sourceId);
    if (log && log.toldRow !== this.#rowText(status)) log.toldRow = undefined;
  }

  /** The rows of a log that differ. */
  async #redrawLog(status: SourceStatus, isOneOfSeveral: boolean): Promise<ActiveNode[]> {
    const log = this.#logOf(status.sourceId);
    const version = JSON.stringify([status.version, status.filter, status.clearedAt]);
    const changed = version !== log.drawnVersion && hasRows(status) ? await log.model.update() : [];
    log.drawnVersion = version;
    const row = this.#rowText(status);
    if (row === log.toldRow) return changed;
    log.toldRow = row;
    return isOneOfSeveral ? [log.node] : [...this.#roots(status)];
  }

  /** Draws those shown branches anew in which an age reads differently than ten seconds ago. */
  #redrawAges(): void {
    if (!this.view.visible || this.#followed.status === undefined) return;
    this.draw(this.#ages.older(this.#shownBranches()));
  }

  /** Those directly below which sessions are shown. */
  #shownBranches(): BranchNode[] {
    return this.#followed.all
      .flatMap((status) => this.#roots(status))
      .flatMap((root): ActiveNode[] => (root.kind === 'replication' ? [root] : (root.children ?? [])))
      .filter((node) => node.kind === 'group' || node.kind === 'replication')
      .filter(({ children }) => children !== undefined);
  }
}

function isRoot({ kind }: ActiveNode): boolean {
  return kind === 'dimension' || kind === 'replication';
}

function hasRows({ activeFiltered, activeReplicationFiltered }: SourceStatus): boolean {
  return activeFiltered + activeReplicationFiltered > 0;
}

/** Ages count up to the wall clock while the log is followed, else up to its newest line. */
function nowOf(status: SourceStatus | undefined): number {
  const live = status === undefined || status.state === 'following' || status.state === 'reading';
  return live ? Date.now() : (status.newestAt ?? Date.now());
}
