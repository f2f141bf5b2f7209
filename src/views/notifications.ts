import { commands, type Disposable, l10n, type Memento, window } from 'vscode';
import type { SourceStatus, Trouble } from '../core/snapshot.ts';
import { commandIds } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { showMessage, type ShowMessage } from './message.ts';
import type { Settings } from './settings.ts';
import { inertText, instantText, say, serverText } from './words.ts';

/** Failed logins are told of at most this often, with how many were folded in. */
const failuresEveryMs = 60_000;
/** Kinds of problems (core/connection/failureTable.ts) that stop the whole server. */
const criticalKinds: ReadonlySet<string> = new Set(['panic', 'crash']);
const notifiedKey = 'notifiedProblem';

/**
 * The few things that pop up: a new problem of the server itself, once for all windows, in the one that the user
 * looks at; failed logins only if the user wants to be told of everything.
 */
export class Notifications implements Disposable {
  readonly #followed: FollowedLog;
  readonly #settings: () => Settings;
  readonly #shared: Memento;
  readonly #failed: (error: unknown) => void;
  readonly #subscriptions: Disposable[];
  #sourceId: string | undefined;
  #problems = 0;
  #failures = 0;
  #toldFailuresAt = 0;

  constructor(
    followed: FollowedLog,
    settings: () => Settings,
    shared: Memento,
    failed: (error: unknown) => void,
  ) {
    this.#followed = followed;
    this.#settings = settings;
    this.#shared = shared;
    this.#failed = failed;
    const look = (): void => void this.#look().catch(this.#failed);
    this.#subscriptions = [followed.onDidChange(look), window.onDidChangeWindowState(look)];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** What was in the log when it was opened, or before a Clear, is no news. */
  async #look(): Promise<void> {
    const { status } = this.#followed;
    if (status === undefined) return;
    const { problems } = status.totals;
    const isNews = status.sourceId === this.#sourceId && status.state === 'following';
    if (!isNews || problems < this.#problems || this.#settings().notifications === 'off') {
      this.#sourceId = status.sourceId;
      this.#problems = problems;
      this.#failures = status.newFailures;
      return;
    }
    if (!window.state.focused) return;
    const hasProblem = problems > this.#problems;
    this.#problems = problems;
    if (hasProblem) await this.#tellProblem(status);
    if (this.#settings().notifications === 'all') await this.#tellFailures();
  }

  async #tellProblem({ sourceId, log }: SourceStatus): Promise<void> {
    const { problems } = await this.#followed.ask('troubles', {}, sourceId);
    const group = problems.find(({ kind }) => criticalKinds.has(kind));
    const trouble = group?.members[0];
    if (group === undefined || trouble === undefined || this.#isTold(trouble)) return;
    await this.#shared.update(notifiedKey, placeOf(trouble));
    const text = l10n.t('{0}: {1}', inertText(serverText(log)), inertText(say(group.meaning)));
    await this.#show('error', text, trouble.id, sourceId);
  }

  #isTold(trouble: Trouble): boolean {
    return this.#shared.get(notifiedKey) === placeOf(trouble);
  }

  /** A message may have been open for long: what is told is what is so now. */
  async #tellFailures(): Promise<void> {
    const { newFailures, newestFailureId, sourceId } = this.#followed.status ?? {};
    // of what no view shows nobody is told
    if (newFailures === undefined || newestFailureId === undefined || sourceId !== this.#sourceId) return;
    const now = Date.now();
    const added = newFailures - this.#failures;
    if (added < 0) this.#failures = newFailures;
    if (added <= 0 || now - this.#toldFailuresAt < failuresEveryMs) return;
    this.#failures = newFailures;
    const text = l10n.t('Failed logins: {0} until {1}', added, instantText(now));
    this.#toldFailuresAt = now;
    await this.#show('warning', text, newestFailureId, sourceId);
  }

  /** Its button opens this entry of this log, whichever is shown by then. */
  async #show(
    severity: 'error' | 'warning',
    text: string,
    id: number,
    sourceId: string | undefined,
  ): Promise<void> {
    const show: ShowMessage = severity === 'error' ? window.showErrorMessage : window.showWarningMessage;
    const open = (): Thenable<unknown> => commands.executeCommand(commandIds.openEntry, id, sourceId);
    await showMessage(show, text, l10n.t('Open in Log'), open);
  }
}

/** The same entry of the same file, whichever window sees it. */
function placeOf({ file, offsetBytes, at }: Trouble): string {
  return `${file} ${offsetBytes} ${at ?? ''}`;
}
