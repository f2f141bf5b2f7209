import { commands, type Disposable, l10n, window } from 'vscode';
import type { DatedPoolFinding } from '../core/pool/poolSnapshot.ts';
import { viewIds } from './contributions.ts';
import { foundText, showMessage, type ShowMessage } from './message.ts';
import type { Settings } from './settings.ts';
import type { PoolNews, WindowPools } from './windowPools.ts';

/** One message for each finding that begins or becomes critical; nothing for what stood when a pool was heard of first. */
export class PoolAlerts implements Disposable {
  readonly #settings: () => Settings;
  readonly #show: ShowMessage;
  readonly #subscription: Disposable;

  constructor(
    pools: Pick<WindowPools, 'onDidFind'>,
    settings: () => Settings,
    failed: (error: unknown) => void,
    show: ShowMessage = window.showWarningMessage,
  ) {
    this.#settings = settings;
    this.#show = show;
    this.#subscription = pools.onDidFind((news) => void this.#look(news).catch(failed));
  }

  /** Whether anybody wants to be told. */
  get isWanted(): boolean {
    return this.#settings().notifications !== 'off';
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** While a log is read for the first time, and with a console's first answer, nothing is news. */
  async #look({ status, before, changes }: PoolNews): Promise<void> {
    if (before?.state !== 'following' || !this.isWanted) return;
    const isAll = this.#settings().notifications === 'all';
    const told = changes
      .filter(({ change, finding }) => change !== 'ended' && (isAll || isEmergency(finding)))
      .map(({ finding }) => finding);
    if (told.length === 0) return;
    const open = (): Thenable<unknown> => commands.executeCommand(`${viewIds.pools}.focus`);
    await showMessage(this.#show, foundText(status.label, told), l10n.t('Show Pools'), open);
  }
}

/** A pool that is full for a moment does what it is for: who waits long, or gives up, is the emergency. */
function isEmergency({ severity, kind }: DatedPoolFinding): boolean {
  return severity === 'critical' && kind !== 'poolFull';
}
