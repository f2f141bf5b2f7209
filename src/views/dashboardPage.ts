import { commands, type Disposable, env, l10n, type Uri, type Webview } from 'vscode';
import type { Sentence } from '../core/sentence.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { FromPage, ToPage } from '../protocol/pageMessages.ts';
import { commandIds } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { type Pace, RefreshRate } from './refreshRate.ts';
import { fillPage, pageTexts } from './webviewPage.ts';
import { say } from './words.ts';

/** Ten pictures a second where little happens, four where much does. */
const pace: Pace = { quietMs: 100, busyMs: 250 };
/** Even where nothing happens, the time shown moves on. */
const moveOnEveryMs = 30_000;

/** What part of the history the page shows. */
type Wanted = Pick<FromPage & { type: 'ready' }, 'scope' | 'bucketMinutes'>;

/** What a page needs from the editor beside its webview. */
export interface DashboardContext {
  readonly followed: FollowedLog;
  readonly extensionUri: Uri;
  readonly open: (troubleId: number, sourceId: string) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** One page, wherever it is shown: sent what is new while it is visible, everything when it becomes so again. */
export class DashboardPage implements Disposable {
  readonly #webview: Webview;
  readonly #isVisible: () => boolean;
  readonly #context: DashboardContext;
  readonly #refresh: RefreshRate;
  readonly #subscriptions: Disposable[];
  readonly #moveOn: ReturnType<typeof setInterval>;
  /** What the page shows; undefined until it has spoken. */
  #wanted: Wanted | undefined;
  #drawn = '';
  /** By which the engine knows this page, and what it was told last; undefined: nothing yet. */
  readonly #name: string = crypto.randomUUID();
  #have: number | undefined;
  #isDisposed = false;

  constructor(webview: Webview, isVisible: () => boolean, context: DashboardContext) {
    this.#webview = webview;
    this.#isVisible = isVisible;
    this.#context = context;
    this.#refresh = new RefreshRate(pace, () => this.#draw(), context.failed);
    this.#moveOn = setInterval(() => this.redraw(), moveOnEveryMs);
    this.#subscriptions = [
      webview.onDidReceiveMessage((message: FromPage) => void this.#receive(message).catch(context.failed)),
      context.followed.onDidChange(() => this.#ask()),
    ];
    fillPage(webview, context.extensionUri, 'webview.js', 'dashboard.css');
  }

  /** Draws a page that is visible from nothing, as when it was hidden before. */
  redraw(): void {
    this.#drawn = '';
    this.#ask();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearInterval(this.#moveOn);
    this.#refresh.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A panel that is disposed is not asked: it throws. */
  #isShown(): boolean {
    return !this.#isDisposed && this.#isVisible();
  }

  #ask(): void {
    if (this.#isShown() && this.#wanted !== undefined) this.#refresh.ask(this.#context.followed.version);
  }

  async #draw(): Promise<void> {
    const { followed } = this.#context;
    if (this.#wanted === undefined || !this.#isShown()) return;
    const { status } = followed;
    const others = followed.all.flatMap((each) => (each === status ? [] : [each.sourceId, each.version]));
    const drawn = JSON.stringify(status ? [visibleOf(status), others] : [followed.phase, followed.refusal]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    if (status !== undefined) return this.#tellNews();
    this.#have = undefined;
    this.#send({ type: 'nothing', sentence: this.#nothingText() });
  }

  async #tellNews(): Promise<void> {
    const [page, have] = [this.#name, this.#have];
    if (this.#wanted === undefined) return;
    const news = await this.#context.followed.ask('dashboardNews', { ...this.#wanted, page, have });
    // The page has begun anew meanwhile, with nothing: it is told everything, by the draw that it asked for.
    if (this.#have !== have) return;
    this.#have = news.number;
    this.#send({ type: 'dashboard', news: { ...news, status: inWords(news.status) } });
  }

  #nothingText(): string {
    const { phase, refusal } = this.#context.followed;
    if (refusal !== undefined) return say(refusal);
    switch (phase) {
      case 'none':
        return l10n.t('No PostgreSQL log was found: start a server, or choose a log.');
      case 'several':
        return l10n.t('Several PostgreSQL logs were found: choose the one to follow.');
      default:
        return l10n.t('Looking for PostgreSQL logs…');
    }
  }

  async #receive(message: FromPage): Promise<void> {
    const { followed, open } = this.#context;
    switch (message.type) {
      case 'ready':
        this.#send({ type: 'strings', strings: await translatedStrings(), locale: env.language });
        void followed.start();
        this.#have = undefined;
        this.#show(message);
        return;
      case 'scope':
        this.#show(message);
        return;
      case 'open':
        return open(message.troubleId, message.sourceId);
      case 'pause':
        await followed.ask('pause', { paused: message.paused }, message.sourceId);
        return;
      case 'copy':
        return env.clipboard.writeText(message.text);
      case 'command':
        await commands.executeCommand(commandIds[message.command]);
    }
  }

  #show({ scope, bucketMinutes }: Wanted): void {
    this.#wanted = { scope, ...(bucketMinutes !== undefined && { bucketMinutes }) };
    this.redraw();
  }

  #send(message: ToPage): void {
    void this.#webview.postMessage(message);
  }
}

/** The status with its sentences in the editor's language: the page cannot translate. */
function inWords(status: SourceStatus): SourceStatus {
  const said = (sentence: Sentence): Sentence => ({ message: say(sentence), args: [] });
  const { trouble, warnings } = status;
  return { ...status, ...(trouble && { trouble: said(trouble) }), warnings: warnings.map(said) };
}

/**
 * The status without what grows with every line of the log: a draw for nothing would make the next one, that of the
 * session which the line announces, wait its turn.
 */
function visibleOf(status: SourceStatus): Partial<SourceStatus> {
  if (status.state === 'reading') return status;
  const { readBytes: _read, totalBytes: _total, newestAt: _at, ...visible } = status;
  return visible;
}

async function translatedStrings(): Promise<Record<string, string>> {
  const { pageStrings } = await import('../core/report/pageStrings.ts');
  return pageTexts(pageStrings);
}
