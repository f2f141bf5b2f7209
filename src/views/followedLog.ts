import { type Disposable, EventEmitter } from 'vscode';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { type Sentence, SentenceError } from '../core/sentence.ts';
import { type Filter, noFilter } from '../core/session/filter.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { EngineQuestions, LogQuestionName } from '../protocol/engineMessages.ts';
import type { FollowTarget } from '../protocol/logQuestions.ts';
import { EngineDeaths, tooManyDeaths } from './engineDeaths.ts';
import { LogChoice, type WindowContext } from './logChoice.ts';
import { LogFollowing } from './logFollowing.ts';
import { isDemo, WindowLogs } from './windowLogs.ts';

/** Where the window stands with its log. `idle`: nobody has asked for anything yet. */
export type FollowPhase = 'idle' | 'looking' | 'none' | 'several' | 'refused' | 'followed';

/**
 * The log that this window shows: which, and what the engine last said of it. Others may be followed beside it; what is
 * not about one of them by its id is about the shown one.
 */
export class FollowedLog implements Disposable {
  /** Which log is to be followed. */
  readonly choice: LogChoice;
  readonly #context: WindowContext;
  readonly #changed = new EventEmitter<void>();
  readonly #switched = new EventEmitter<DiscoveredLog>();
  readonly #stopListening: () => void;
  #phase: FollowPhase = 'idle';
  readonly #logs = new WindowLogs();
  readonly #following: LogFollowing;
  #refusal: Sentence | undefined;
  #started: Promise<void> | undefined;
  readonly #deaths = new EngineDeaths();

  constructor(context: WindowContext) {
    this.#context = context;
    this.choice = new LogChoice(context);
    this.#following = new LogFollowing(context, this.choice, this.#logs, () => this.#enter('followed'));
    this.#stopListening = context.engine.listen({
      changed: (status) => {
        if (this.#logs.update(status)) this.#changed.fire();
      },
      newestServer: (log) => void this.#followNewest(log),
      died: (why) => void this.#recover(why),
    });
  }

  /** Something that a view may show is different: at most ten times a second. */
  readonly onDidChange = this.#changed.event;
  /** A server was started later than the followed one, and is followed now. */
  readonly onDidSwitch = this.#switched.event;

  get phase(): FollowPhase {
    return this.#phase;
  }
  /** What the engine last said; undefined while nothing is followed. */
  get status(): SourceStatus | undefined {
    return this.#logs.shown?.status;
  }
  /** Of all logs that are followed, in a steady order. */
  get all(): readonly SourceStatus[] {
    return this.#logs.all.map(({ status }) => status);
  }
  /** Grows with every change of any of them. */
  get version(): number {
    return this.all.reduce((sum, { version }) => sum + version, 0);
  }
  /** Why nothing is followed, in phase `refused`. */
  get refusal(): Sentence | undefined {
    return this.#refusal;
  }
  get filter(): Filter {
    return this.status?.filter ?? noFilter;
  }

  /** Starts the engine and follows what is to be followed, once; later calls wait for the first. */
  start(): Promise<void> {
    return this.#started ?? this.lookAgain();
  }

  /** Looks again without a word, unless looking is of no use: for a server that is started meanwhile. */
  async retry(): Promise<void> {
    const isOfUse = this.#phase === 'none' || this.#phase === 'refused';
    if (isOfUse && !this.#deaths.areTooMany) await this.#orRefused(() => this.#look(), true);
  }

  /** Looks for the log that is to be followed, and follows it. What fails is the phase, never an error. */
  lookAgain(): Promise<void> {
    if (this.status === undefined) this.#enter('looking');
    this.#deaths.forget();
    const looking = this.#orRefused(() => this.#look(), true);
    this.#started ??= looking;
    return looking;
  }

  /** Follows a log that the user chose, in this workspace from now on. Rejects with a SentenceError. */
  async choose(target: FollowTarget): Promise<void> {
    this.#started ??= Promise.resolve();
    try {
      await this.#following.instead(target);
    } catch (error) {
      // a view may wait for what nobody has looked for yet
      if (this.#phase === 'idle') void this.lookAgain();
      throw error;
    }
    await this.#following.remember();
  }

  /** Follows one more log, in this workspace from now on, and shows it. Rejects with a SentenceError. */
  async add(target: FollowTarget): Promise<void> {
    await this.start();
    if (this.#logs.shown === undefined && !isDemo(target)) return this.choose(target);
    this.#following.show(await this.#following.beside(target));
    await this.#following.remember();
  }

  /** Shows another one of those that are followed. */
  async show(sourceId: string): Promise<void> {
    const found = this.#logs.bySourceId(sourceId);
    if (found === undefined || found === this.#logs.shown) return;
    this.#following.show(found);
    await this.#following.remember();
  }

  /** Follows one of several no longer, or the demo; then what is to be followed without it. */
  async stop(sourceId: string): Promise<void> {
    if (!this.#logs.drop(sourceId)) return;
    const isLast = this.#logs.shown === undefined;
    this.#enter(isLast ? 'looking' : 'followed');
    await this.#following.end(sourceId);
    await this.#following.remember();
    if (isLast) await this.lookAgain();
  }

  /** Asks about a log, the shown one, looking for one first. Rejects with a SentenceError, also when there is none. */
  async ask<Q extends LogQuestionName>(
    question: Q,
    ask: Omit<EngineQuestions[Q]['ask'], 'sourceId'>,
    about?: string,
  ): Promise<EngineQuestions[Q]['answer']> {
    await this.start();
    const sourceId = about ?? this.status?.sourceId;
    if (sourceId === undefined)
      throw new SentenceError('No log is followed: choose one with “Connections: Choose Log”.');
    return this.#context.engine.ask(question, { ...ask, sourceId });
  }

  /**
   * Forgets counts, feed, failures and history up to now, in this workspace; `undo` takes that back. Of the shown log,
   * unless it says which; answers which it was.
   */
  async clear(undo = false, about?: string): Promise<string> {
    await this.start();
    const sourceId = about ?? this.status?.sourceId ?? '';
    const { mark } = await this.ask(undo ? 'undoClear' : 'clear', {}, about);
    await this.#following.rememberOf(sourceId, { clearMark: mark });
    return sourceId;
  }

  /** Filters the log that is shown now in every view, in this workspace from now on, whichever is shown when it is done. */
  async setFilter(filter: Filter): Promise<void> {
    await this.start();
    const sourceId = this.status?.sourceId;
    await this.ask('setFilter', { filter }, sourceId);
    await this.#following.rememberOf(sourceId ?? '', { filter });
  }

  /** Settings have changed: the engine obeys them at once; `readAgain` if they say which log it is, or how to read it. */
  async obeySettings(readAgain: boolean): Promise<void> {
    if (this.#phase === 'idle') return;
    await this.#context.engine.ask('configure', { settings: this.#context.settings().engine });
    if (readAgain) await this.lookAgain();
  }

  dispose(): void {
    this.#stopListening();
    this.#changed.dispose();
    this.#switched.dispose();
  }

  async #look(): Promise<void> {
    const isNewest = this.#following.wish();
    let target = this.choice.namedPath();
    if (target === undefined) {
      const { logs, chosenId } = await this.choice.discover();
      if (!isNewest()) return;
      if (chosenId !== undefined) target = { discoveredId: chosenId };
      else if (this.status === undefined) {
        this.#enter(logs.some((log) => log.problem === undefined) ? 'several' : 'none');
      }
    }
    if (target !== undefined) await this.#following.instead(target);
    await this.#followOthers();
  }

  /** Those that are followed beside it in this workspace; one that is not there now is left out. */
  async #followOthers(): Promise<void> {
    const { others } = this.#context.memory;
    if (this.#logs.shown === undefined || others.length === 0) return;
    for (const target of others) await this.#orRefused(() => this.#following.beside(target), false);
    this.#changed.fire();
  }

  /** Who follows several has chosen them. */
  async #followNewest(log: DiscoveredLog): Promise<void> {
    if (this.#logs.all.length > 1 || !this.choice.followsNewest() || log.id === this.status?.log.id) return;
    await this.#orRefused(async () => {
      await this.#following.instead({ discoveredId: log.id });
      this.#switched.fire(log);
    }, false);
  }

  /** The engine died: follows the same log again, unless it keeps dying. */
  async #recover(why: Sentence): Promise<void> {
    this.#deaths.note(Date.now());
    const target = this.#logs.shown?.target;
    this.#logs.forget();
    if (this.#deaths.areTooMany) {
      this.#following.wish();
      this.#enter('refused', tooManyDeaths(why));
      return;
    }
    this.#enter('looking');
    await this.#orRefused(() => (target === undefined ? this.#look() : this.#followAgain(target)), true);
  }

  /** A new engine has to look at the machine before it knows what it discovered. */
  async #followAgain(target: FollowTarget): Promise<void> {
    if ('discoveredId' in target) await this.choice.discover();
    await this.#following.instead(target);
    await this.#followOthers();
  }

  /** An error that is a sentence becomes the phase; `instead`: also where another log was followed. */
  async #orRefused(work: () => Promise<unknown>, instead: boolean): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SentenceError)) throw error;
      if (this.#logs.shown !== undefined && !instead) return;
      const before = this.#logs.dropShown();
      this.#enter(this.#logs.shown ? 'followed' : 'refused', error.sentence);
      if (before) await this.#following.end(before.status.sourceId);
    }
  }

  #enter(phase: FollowPhase, refusal?: Sentence): void {
    this.#phase = phase;
    this.#refusal = refusal;
    this.#changed.fire();
  }
}
