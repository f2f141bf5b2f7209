import { commands, type Disposable, l10n, window } from 'vscode';
import type { Finding, FindingChange } from '../core/server/finding.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { viewIds } from './contributions.ts';
import { type Settings, setNotifications } from './settings.ts';
import { inertText, say } from './words.ts';

/** One message for each change of state for the worse; nothing for what stays, and nothing for what ends. */
export class ServerAlerts implements Disposable {
  readonly #server: Pick<ConnectedServer, 'status' | 'onDidFind'>;
  readonly #settings: () => Settings;
  readonly #subscription: Disposable;
  /** Of this server what stood when it was connected has been passed over: the view shows it. */
  #serverId: string | undefined;
  /** Kinds of findings that say how full the server is: the next one is no news while another stands. */
  readonly #full = new Set<string>();

  constructor(
    server: Pick<ConnectedServer, 'status' | 'onDidFind'>,
    settings: () => Settings,
    failed: (error: unknown) => void,
  ) {
    this.#server = server;
    this.#settings = settings;
    this.#subscription = server.onDidFind((changes) => void this.#look(changes).catch(failed));
  }

  /** Whether anybody wants to be told. */
  get isWanted(): boolean {
    return this.#settings().notifications !== 'off';
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #look(changes: readonly FindingChange[]): Promise<void> {
    const { status } = this.#server;
    const isFirst = status?.serverId !== this.#serverId;
    this.#serverId = status?.serverId;
    if (status === undefined || isFirst || !this.isWanted) return;
    const isTold = ({ severity }: Finding): boolean =>
      severity === 'critical' || this.#settings().notifications === 'all';
    const news = changes.filter((change) => this.#isNews(change) && isTold(change.finding));
    const [first] = news;
    if (first) await this.#tell(first.finding, news.length - 1, status.label);
  }

  #isNews({ change, finding: { kind } }: FindingChange): boolean {
    if (kind !== 'full' && kind !== 'utilization') return change !== 'ended';
    const wasFull = this.#full.size > 0;
    if (change === 'ended') this.#full.delete(kind);
    else this.#full.add(kind);
    return change === 'worse' || (change === 'began' && !wasFull);
  }

  async #tell(finding: Finding, others: number, label: string): Promise<void> {
    const text = inertText(say(finding.sentence));
    const message =
      others > 0 ? l10n.t('{0}: {1} ({2} more)', label, text, others) : l10n.t('{0}: {1}', label, text);
    const show = l10n.t('Show Server');
    const never = l10n.t("Don't Show Again");
    const answer = await window.showWarningMessage(message, show, never);
    if (answer === show) await commands.executeCommand(`${viewIds.server}.focus`);
    if (answer === never) await setNotifications('off');
  }
}
