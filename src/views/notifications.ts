import { commands, type Disposable, type Event, l10n, type Memento, window } from 'vscode';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { Trouble } from '../core/snapshot/troubleLists.ts';
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
/** Of so many problems all windows know that the user was told. */
const mostNotified = 20;

/** The editor's window, as far as it takes to tell the user something in the one that is looked at. */
export interface MessageWindow {
  readonly showErrorMessage: ShowMessage;
  readonly showWarningMessage: ShowMessage;
  readonly state: { readonly focused: boolean };
  readonly onDidChangeWindowState: Event<unknown>;
}

/**
 * The few things that pop up: a new problem of a server whose log is followed, once for all windows, in the one that the
 * user looks at; failed logins of the shown log only, and only if the user wants to be told of everything.
 */
export class Notifications implements Disposable {
  readonly #followed: Pick<FollowedLog, 'all' | 'status' | 'ask' | 'onDidChange'>;
  readonly #settings: () => Settings;
  readonly #shared: Memento;
  readonly #window: MessageWindow;
  readonly #subscriptions: Disposable[];
  /** By followed log: its newest problem that is no news any more. */
  #known: ReadonlyMap<string, number> = new Map();
  /** The shown log, and how many of its failed logins are none. */
  #shownId: string | undefined;
  #failures = 0;
  #toldFailuresAt = 0;

  constructor(
    followed: Pick<FollowedLog, 'all' | 'status' | 'ask' | 'onDidChange'>,
    settings: () => Settings,
    shared: Memento,
    failed: (error: unknown) => void,
    messages: MessageWindow = window,
  ) {
    this.#followed = followed;
    this.#settings = settings;
    this.#shared = shared;
    this.#window = messages;
    const look = (): void => void this.#look().catch(failed);
    this.#subscriptions = [followed.onDidChange(look), messages.onDidChangeWindowState(look)];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #look(): Promise<void> {
    const { status } = this.#followed;
    const { notifications } = this.#settings();
    const isOff = notifications === 'off';
    if (status === undefined || isOff || status.sourceId !== this.#shownId || !this.#isWatched(status)) {
      this.#shownId = status?.sourceId;
      this.#failures = status?.newFailures ?? 0;
    }
    const news = this.#takeNews(isOff);
    await Promise.all(news.map(([of, knownId]) => this.#tellProblem(of, knownId)));
    if (notifications === 'all' && this.#window.state.focused) await this.#tellFailures();
  }

  /** What was in a log when it was opened is no news. */
  #isWatched({ sourceId, state }: SourceStatus): boolean {
    return state !== 'reading' && this.#known.has(sourceId);
  }

  /** The logs with a problem to be told now, each with its newest one that is no news; what is told is none any more. */
  #takeNews(isOff: boolean): [SourceStatus, knownId: number][] {
    const news: [SourceStatus, number][] = [];
    const read = this.#followed.all.filter(({ state }) => state !== 'reading');
    const known = read.map((status): [string, number] => {
      const { sourceId, newestProblemId: newest } = status;
      const before = this.#known.get(sourceId);
      if (isOff || before === undefined) return [sourceId, newest ?? 0];
      // a Clear hides it, and may be taken back
      if (newest === undefined) return [sourceId, before];
      if (newest > before && !this.#window.state.focused) return [sourceId, before];
      if (newest > before) news.push([status, before]);
      return [sourceId, newest];
    });
    this.#known = new Map(known);
    return news;
  }

  /** Of those with a greater id. */
  async #tellProblem({ sourceId, log }: SourceStatus, knownId: number): Promise<void> {
    const { problems } = await this.#followed.ask('troubles', {}, sourceId);
    const group = problems.find(
      ({ kind, members }) => criticalKinds.has(kind) && (members[0]?.id ?? 0) > knownId,
    );
    const trouble = group?.members[0];
    if (group === undefined || trouble === undefined) return;
    const told = [this.#shared.get<string | readonly string[]>(notifiedKey) ?? []].flat();
    const place = placeOf(trouble);
    if (told.includes(place)) return;
    await this.#shared.update(notifiedKey, [...told, place].slice(-mostNotified));
    const text = l10n.t('{0}: {1}', inertText(serverText(log)), inertText(say(group.meaning)));
    await this.#show(this.#window.showErrorMessage, text, trouble.id, sourceId);
  }

  async #tellFailures(): Promise<void> {
    const { newFailures, newestFailureId, sourceId } = this.#followed.status ?? {};
    // of what no view shows nobody is told
    if (newFailures === undefined || newestFailureId === undefined || sourceId !== this.#shownId) return;
    const now = Date.now();
    const added = newFailures - this.#failures;
    if (added < 0) this.#failures = newFailures;
    if (added <= 0 || now - this.#toldFailuresAt < failuresEveryMs) return;
    this.#failures = newFailures;
    const text = l10n.t('Failed logins: {0} until {1}', added, instantText(now));
    this.#toldFailuresAt = now;
    await this.#show(this.#window.showWarningMessage, text, newestFailureId, sourceId);
  }

  /** Its button opens this entry of this log, whichever is shown by then. */
  async #show(show: ShowMessage, text: string, id: number, sourceId: string | undefined): Promise<void> {
    const open = (): Thenable<unknown> => commands.executeCommand(commandIds.openEntry, id, sourceId);
    await showMessage(show, text, l10n.t('Open in Log'), open);
  }
}

/** The same entry of the same file, whichever window sees it. */
function placeOf({ file, offsetBytes, at }: Trouble): string {
  return `${file} ${offsetBytes} ${at ?? ''}`;
}
