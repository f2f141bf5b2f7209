import {
  type Disposable,
  type Event,
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import { type Pace, RefreshRate } from './refreshRate.ts';

/**
 * How often what is shown is compared with the engine's state. The editor itself waits for 200 ms without a change
 * before it draws another one: told more often, it would draw none at all while the changes go on.
 */
const pace: Pace = { quietMs: 202, busyMs: 400 };

/** The topmost rows that are to be drawn again; `all` where those at the root are others, or in another order. */
export type ChangedRows<N> = readonly N[] | 'all';

/** What a tree of the sidebar shows. */
interface Shown {
  readonly viewId: string;
  readonly showCollapseAll: boolean;
  readonly of: { readonly onDidChange: Event<unknown>; readonly version?: number | undefined };
  /** The view comes into sight, or goes out of it. */
  readonly see?: (isVisible: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** A tree of the sidebar: tells the editor which rows differ, as often as it can draw, and asks for nothing while hidden. */
export abstract class SidebarTree<N> implements TreeDataProvider<N>, Disposable {
  readonly view: TreeView<N>;
  readonly #of: Shown['of'];
  readonly #changed = new EventEmitter<N | N[] | undefined>();
  /** Tells of all rows that differ at once: the editor draws those told a moment later after 200 ms. */
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #refresh: RefreshRate;
  readonly #subscriptions: Disposable[];

  constructor({ viewId, showCollapseAll, of, see, failed }: Shown) {
    this.#of = of;
    this.#refresh = new RefreshRate(pace, () => this.redraw(), failed);
    this.view = window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll });
    this.#subscriptions = [
      this.view,
      of.onDidChange(() => this.ask()),
      this.view.onDidChangeVisibility(({ visible }) => {
        see?.(visible);
        this.ask();
      }),
    ];
    if (this.view.visible) see?.(true);
  }

  abstract getTreeItem(node: N): TreeItem;
  abstract getChildren(node?: N): Promise<N[]>;

  dispose(): void {
    this.#refresh.dispose();
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Takes over what is true now; answers the rows that differ. */
  protected abstract changes(): Promise<ChangedRows<N>>;

  /** Draws what is seen beside the rows, also while they are hidden. */
  protected drawHeader(): void {}

  /** Disposes of these with itself. */
  protected own(...subscriptions: Disposable[]): void {
    this.#subscriptions.push(...subscriptions);
  }

  /** Something may be different: it is drawn soon. */
  protected ask(): void {
    this.drawHeader();
    if (this.view.visible) this.#refresh.ask(this.#of.version);
  }

  /** Draws what differs, now. */
  protected async redraw(): Promise<void> {
    if (!this.view.visible) return;
    const rows = await this.changes();
    this.drawHeader();
    this.draw(rows);
  }

  /** Tells the editor which rows to draw again. */
  protected draw(rows: ChangedRows<N>): void {
    if (rows === 'all') this.#changed.fire(undefined);
    else if (rows.length > 0) this.#changed.fire([...rows]);
  }
}
