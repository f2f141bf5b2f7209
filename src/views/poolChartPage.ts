import { type Disposable, env, l10n, type Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { poolPageStrings } from '../core/report/poolPageStrings.ts';
import type { FromPoolPage, ToPoolPage } from '../protocol/pageMessages.ts';
import { type Pace, RefreshRate } from './refreshRate.ts';
import { fillPage, pageIcon, pageTexts } from './webviewPage.ts';
import type { WindowPools } from './windowPools.ts';
import { nameText } from './words.ts';

const pace: Pace = { quietMs: 500, busyMs: 1000 };
/** Even where nothing happens, the time shown moves on. */
const moveOnEveryMs = 10_000;
const panelType = 'pgConnections.poolChart';

/** The charts of pools over time, an editor each. */
export class PoolCharts implements Disposable {
  readonly #pools: WindowPools;
  readonly #extensionUri: Uri;
  readonly #failed: (error: unknown) => void;
  readonly #open = new Map<string, { readonly panel: WebviewPanel; readonly poolId: string }>();
  readonly #subscription: Disposable;

  constructor(pools: WindowPools, extensionUri: Uri, failed: (error: unknown) => void) {
    this.#pools = pools;
    this.#extensionUri = extensionUri;
    this.#failed = failed;
    this.#subscription = pools.onDidChange(() => this.#closeRemoved());
  }

  /** Opens the chart of a pool, or of all of a source, or shows the one that is open. */
  show(poolId: string, pool: string | undefined): void {
    const key = JSON.stringify([poolId, pool]);
    const known = this.#open.get(key);
    if (known) {
      known.panel.reveal();
      return;
    }
    const label = pool ?? this.#pools.statuses.find((status) => status.poolId === poolId)?.label;
    const title = l10n.t('Pool {0}', nameText(label));
    const panel = window.createWebviewPanel(panelType, title, ViewColumn.Active);
    this.#open.set(key, { panel, poolId });
    const page = new PoolChartPage(panel, { poolId, pool }, this.#pools, this.#extensionUri, this.#failed);
    panel.onDidDispose(() => {
      page.dispose();
      this.#open.delete(key);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const { panel } of this.#open.values()) panel.dispose();
  }

  #closeRemoved(): void {
    const known = new Set(this.#pools.statuses.map(({ poolId }) => poolId));
    for (const { panel, poolId } of [...this.#open.values()]) if (!known.has(poolId)) panel.dispose();
  }
}

/** One page: told the whole chart while it is visible. */
class PoolChartPage implements Disposable {
  readonly #panel: WebviewPanel;
  readonly #of: { readonly poolId: string; readonly pool: string | undefined };
  readonly #pools: WindowPools;
  readonly #refresh: RefreshRate;
  readonly #subscriptions: Disposable[];
  readonly #moveOn: ReturnType<typeof setInterval>;
  #isReady = false;
  #isDisposed = false;

  constructor(
    panel: WebviewPanel,
    of: { readonly poolId: string; readonly pool: string | undefined },
    pools: WindowPools,
    extensionUri: Uri,
    failed: (error: unknown) => void,
  ) {
    this.#panel = panel;
    this.#of = of;
    this.#pools = pools;
    this.#refresh = new RefreshRate(pace, () => this.#draw(), failed);
    this.#moveOn = setInterval(() => this.#ask(), moveOnEveryMs);
    const { webview } = panel;
    this.#subscriptions = [
      webview.onDidReceiveMessage((_ready: FromPoolPage) => this.#begin()),
      panel.onDidChangeViewState(() => this.#ask()),
      pools.onDidChange((poolId) => {
        if (poolId === of.poolId) this.#ask();
      }),
    ];
    panel.iconPath = pageIcon(extensionUri);
    fillPage(webview, extensionUri, 'poolPage.js', 'poolPage.css');
  }

  dispose(): void {
    this.#isDisposed = true;
    clearInterval(this.#moveOn);
    this.#refresh.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A panel that is disposed is not asked: it throws. */
  #isShown(): boolean {
    return !this.#isDisposed && this.#panel.visible;
  }

  #begin(): void {
    this.#isReady = true;
    this.#send({ type: 'strings', strings: pageTexts(poolPageStrings), locale: env.language });
    this.#ask();
  }

  #ask(): void {
    if (this.#isReady && this.#isShown()) this.#refresh.ask();
  }

  async #draw(): Promise<void> {
    if (!this.#isShown()) return;
    const { poolId, pool } = this.#of;
    const { chart } = await this.#pools.ask('poolChart', { poolId, ...(pool !== undefined && { pool }) });
    // meanwhile it may have been hidden or closed
    if (this.#isShown()) this.#send({ type: 'chart', chart });
  }

  #send(message: ToPoolPage): void {
    void this.#panel.webview.postMessage(message);
  }
}
