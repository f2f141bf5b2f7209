import { commands, type Disposable, l10n, window } from 'vscode';
import type { Finding } from '../core/server/finding.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { viewIds } from './contributions.ts';
import { findingId } from './serverModel.ts';
import { type Settings, setNotifications } from './settings.ts';
import { inertText, say } from './words.ts';

/** One message for each change of state for the worse; nothing for what stays, and nothing for what ends. */
export class ServerAlerts implements Disposable {
  readonly #server: ConnectedServer;
  readonly #settings: () => Settings;
  readonly #failed: (error: unknown) => void;
  readonly #subscription: Disposable;
  #serverId: string | undefined;
  /** The critical findings that were told of, or there when the server was connected. */
  #known = new Set<string>();
  #critical = 0;

  constructor(server: ConnectedServer, settings: () => Settings, failed: (error: unknown) => void) {
    this.#server = server;
    this.#settings = settings;
    this.#failed = failed;
    this.#subscription = server.onDidChange(() => void this.#look().catch(this.#failed));
  }

  /** Whether anybody wants to be told. */
  get isWanted(): boolean {
    return this.#settings().notifications !== 'off';
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #look(): Promise<void> {
    const { status } = this.#server;
    if (status === undefined || status.takenAt === undefined) return;
    const isNew = status.serverId !== this.#serverId;
    const isWorse = status.critical > this.#critical;
    const isLess = status.critical < this.#critical;
    this.#serverId = status.serverId;
    this.#critical = status.critical;
    if (!isNew && !isWorse && !isLess) return;
    const snapshot = await this.#server.snapshot();
    if (!snapshot) return;
    const silenced = new Set(snapshot.silenced);
    const critical = snapshot.findings.filter(
      (finding) => finding.severity === 'critical' && !silenced.has(findingId(finding)),
    );
    const news = critical.filter((finding) => !this.#known.has(findingId(finding)));
    this.#known = new Set(critical.map(findingId));
    const [first] = news;
    if (isNew || !first || !this.isWanted) return;
    await this.#tell(first, news.length - 1, status.label);
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
