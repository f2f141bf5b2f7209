import { type Disposable, l10n, ViewColumn, type WebviewPanel, type WebviewView, window } from 'vscode';
import { dashboardPanelType, viewIds } from './contributions.ts';
import { type DashboardContext, DashboardPage } from './dashboardPage.ts';
import { pageIcon } from './webviewPage.ts';

/** The dashboard's two homes: the view in the panel, and one editor. Each has a page of its own while it exists. */
export class Dashboard implements Disposable {
  readonly #context: DashboardContext;
  readonly #subscriptions: Disposable[];
  #view: WebviewView | undefined;
  #panel: WebviewPanel | undefined;

  constructor(context: DashboardContext) {
    this.#context = context;
    this.#subscriptions = [
      window.registerWebviewViewProvider(viewIds.dashboard, {
        resolveWebviewView: (view) => this.#fillView(view),
      }),
      window.registerWebviewPanelSerializer(dashboardPanelType, {
        deserializeWebviewPanel: (panel) => {
          this.#fillPanel(panel);
          return Promise.resolve();
        },
      }),
    ];
  }

  /** Opens the dashboard as an editor, or shows the one that is open. */
  openInEditor(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const title = l10n.t('Connections');
    this.#fillPanel(window.createWebviewPanel(dashboardPanelType, title, ViewColumn.Active));
  }

  get isVisible(): boolean {
    return this.#view?.visible === true || this.#panel?.visible === true;
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #fillView(view: WebviewView): void {
    const page = new DashboardPage(view.webview, () => view.visible, this.#context);
    this.#view = view;
    view.onDidChangeVisibility(() => page.redraw());
    view.onDidDispose(() => {
      page.dispose();
      if (this.#view === view) this.#view = undefined;
    });
  }

  #fillPanel(panel: WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.iconPath = pageIcon(this.#context.extensionUri);
    const page = new DashboardPage(panel.webview, () => panel.visible, this.#context);
    panel.onDidChangeViewState(() => page.redraw());
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
  }
}
