import { commands, type Disposable, l10n, window } from 'vscode';
import type { Finding, FindingChange } from '../core/server/finding.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { viewIds } from './contributions.ts';
import { foundText, showMessage, type ShowMessage } from './message.ts';
import type { Settings } from './settings.ts';

/** One message for each change of state for the worse; nothing for what stays, and nothing for what ends. */
export class ServerAlerts implements Disposable {
  readonly #server: Pick<ConnectedServer, 'status' | 'onDidChange' | 'onDidFind'>;
  readonly #settings: () => Settings;
  readonly #show: ShowMessage;
  readonly #subscriptions: readonly Disposable[];
  /** The server that was heard of last, and what it told first: what stood then is no news, the view shows it. */
  #serverId: string | undefined;
  #firstVersion: number | undefined;
  /** Kinds of findings that say how full the server is: the next one is no news while another stands. */
  readonly #full = new Set<string>();

  constructor(
    server: Pick<ConnectedServer, 'status' | 'onDidChange' | 'onDidFind'>,
    settings: () => Settings,
    failed: (error: unknown) => void,
    show: ShowMessage = window.showWarningMessage,
  ) {
    this.#show = show;
    this.#server = server;
    this.#settings = settings;
    this.#subscriptions = [
      server.onDidChange(() => this.#notice()),
      server.onDidFind((changes) => void this.#look(changes).catch(failed)),
    ];
  }

  /** Whether anybody wants to be told. */
  get isWanted(): boolean {
    return this.#settings().notifications !== 'off';
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** The first answer of another server. */
  #notice(): void {
    const { status } = this.#server;
    if (status === undefined || status.serverId === this.#serverId) return;
    if (status.takenAt === undefined && status.state !== 'full') return;
    this.#serverId = status.serverId;
    this.#firstVersion = status.version;
    this.#full.clear();
  }

  async #look(changes: readonly FindingChange[]): Promise<void> {
    const { status } = this.#server;
    const news = changes.filter((change) => this.#isNews(change));
    if (status === undefined || status.version === this.#firstVersion || !this.isWanted) return;
    const isTold = ({ severity }: Finding): boolean =>
      severity === 'critical' || this.#settings().notifications === 'all';
    const told = news.map(({ finding }) => finding).filter(isTold);
    if (told.length === 0) return;
    const open = (): Thenable<unknown> => commands.executeCommand(`${viewIds.server}.focus`);
    await showMessage(this.#show, foundText(status.label, told), l10n.t('Show Server'), open);
  }

  #isNews({ change, finding: { kind } }: FindingChange): boolean {
    if (kind !== 'full' && kind !== 'utilization') return change !== 'ended';
    const wasFull = this.#full.size > 0;
    if (change === 'ended') this.#full.delete(kind);
    else this.#full.add(kind);
    return change === 'worse' || (change === 'began' && !wasFull);
  }
}
