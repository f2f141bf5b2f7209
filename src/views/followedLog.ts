import { type Disposable, EventEmitter } from 'vscode';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { type Sentence, sentence, SentenceError } from '../core/sentence.ts';
import { type Filter, noFilter } from '../core/session/filter.ts';
import type { SourceStatus } from '../core/snapshot.ts';
import type { EngineQuestions, FollowTarget, QuestionName } from '../protocol.ts';
import { LogChoice, type WindowContext } from './logChoice.ts';
import type { RememberedLog } from './workspaceMemory.ts';

/** Where the window stands with its log. `idle`: nobody has asked for anything yet. */
export type FollowPhase = 'idle' | 'looking' | 'none' | 'several' | 'refused' | 'followed';

/** Questions about one log. */
export type LogQuestion = {
  [Q in QuestionName]: EngineQuestions[Q]['ask'] extends { sourceId: string } ? Q : never;
}[QuestionName];

/** So many deaths of the engine within a minute, and it is not started again unasked. */
const mostDeaths = 3;

/** A log that is followed, and what the engine last said of it. */
interface Followed {
  readonly target: FollowTarget;
  status: SourceStatus;
}

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
  /** In the order in which they came. */
  #logs: readonly Followed[] = [];
  #shown: Followed | undefined;
  #refusal: Sentence | undefined;
  #started: Promise<void> | undefined;
  #deathsAt: readonly number[] = [];
  /** Counts the wishes: an answer that comes after a newer wish is dropped. */
  #turn = 0;

  constructor(context: WindowContext) {
    this.#context = context;
    this.choice = new LogChoice(context);
    this.#stopListening = context.engine.listen({
      changed: (status) => this.#update(status),
      newestServer: (log) => void this.#followNewest(log),
      log: () => undefined,
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
    return this.#shown?.status;
  }
  /** Of all logs that are followed, in a steady order. */
  get all(): readonly SourceStatus[] {
    return this.#logs.map(({ status }) => status);
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
    if (isOfUse && this.#deathsAt.length < mostDeaths) await this.#orRefused(() => this.#look(), true);
  }

  /** Looks for the log that is to be followed, and follows it. What fails is the phase, never an error. */
  lookAgain(): Promise<void> {
    if (this.status === undefined) this.#enter('looking');
    this.#deathsAt = [];
    const looking = this.#orRefused(() => this.#look(), true);
    this.#started ??= looking;
    return looking;
  }

  /** Follows a log that the user chose, in this workspace from now on. Rejects with a SentenceError. */
  async choose(target: FollowTarget): Promise<void> {
    this.#started ??= Promise.resolve();
    await this.#follow(target);
    await this.#remember();
  }

  /** Follows one more log, in this workspace from now on, and shows it. Rejects with a SentenceError. */
  async add(target: FollowTarget): Promise<void> {
    await this.start();
    if (this.#shown === undefined && !isDemo(target)) return this.choose(target);
    this.#show(await this.#open(target));
    await this.#remember();
  }

  /** Shows another one of those that are followed. */
  async show(sourceId: string): Promise<void> {
    const found = this.#logs.find(({ status }) => status.sourceId === sourceId);
    if (found === undefined || found === this.#shown) return;
    this.#show(found);
    await this.#remember();
  }

  /** Follows one of several no longer, or the demo; then what is to be followed without it. */
  async stop(sourceId: string): Promise<void> {
    const stopped = this.#logs.find(({ status }) => status.sourceId === sourceId);
    const rest = this.#logs.filter((one) => one !== stopped);
    const [next] = rest;
    if (stopped === undefined || (next === undefined && !isDemo(stopped.target))) return;
    this.#logs = rest;
    if (this.#shown === stopped) this.#shown = next;
    this.#enter(next === undefined ? 'looking' : 'followed');
    await this.#context.engine.ask('unfollow', { sourceId });
    await this.#remember();
    if (next === undefined) await this.lookAgain();
  }

  /** Asks about a log, the shown one, looking for one first. Rejects with a SentenceError, also when there is none. */
  async ask<Q extends LogQuestion>(
    question: Q,
    ask: Omit<EngineQuestions[Q]['ask'], 'sourceId'>,
    about?: string,
  ): Promise<EngineQuestions[Q]['answer']> {
    await this.start();
    const sourceId = about ?? this.status?.sourceId;
    if (sourceId === undefined) {
      throw new SentenceError('No log is followed: choose one with “Connections: Choose Log”.');
    }
    return this.#context.engine.ask(question, { ...ask, sourceId });
  }

  /** Forgets counts, feed, failures and history up to now, in this workspace; `undo` takes that back. */
  async clear(undo = false): Promise<void> {
    const { mark } = await this.ask(undo ? 'undoClear' : 'clear', {});
    await this.#rememberOfShown({ clearMark: mark });
  }

  /** Filters every view, in this workspace from now on. */
  async setFilter(filter: Filter): Promise<void> {
    await this.ask('setFilter', { filter });
    await this.#rememberOfShown({ filter });
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
    const turn = ++this.#turn;
    let target = this.choice.namedPath();
    if (target === undefined) {
      const { logs, chosenId } = await this.choice.discover();
      if (turn !== this.#turn) return;
      if (chosenId !== undefined) target = { discoveredId: chosenId };
      else if (this.status === undefined) {
        this.#enter(logs.some((log) => log.problem === undefined) ? 'several' : 'none');
      }
    }
    if (target !== undefined) await this.#follow(target);
    await this.#followOthers();
  }

  /** Those that are followed beside it in this workspace; one that is not there now is left out. */
  async #followOthers(): Promise<void> {
    const { others } = this.#context.memory;
    if (this.#shown === undefined || others.length === 0) return;
    for (const target of others)
      await this.#orRefused(async () => {
        await this.#open(target);
      }, false);
    this.#changed.fire();
  }

  /** Follows a log instead of the shown one. Rejects with a SentenceError, and then nothing has changed. */
  async #follow(target: FollowTarget): Promise<void> {
    const turn = ++this.#turn;
    const { engine, memory } = this.#context;
    const before = this.#shown;
    const followed = await this.#asked(target);
    const isWanted = turn === this.#turn;
    const surplus = isWanted ? before : followed;
    if (isWanted) {
      this.#put(followed, before);
      this.#show(followed);
      await memory.rememberFollowed();
    }
    const sourceId = surplus?.status.sourceId;
    if (sourceId !== undefined && !this.all.some((status) => status.sourceId === sourceId))
      await engine.ask('unfollow', { sourceId });
    if (isWanted) await this.#filterAsBefore(followed);
  }

  /** Follows a log beside the others. Rejects with a SentenceError. */
  async #open(target: FollowTarget): Promise<Followed> {
    const followed = await this.#asked(target);
    this.#put(followed);
    await this.#filterAsBefore(followed);
    return followed;
  }

  async #asked(target: FollowTarget): Promise<Followed> {
    const { engine, memory, settings } = this.#context;
    const { clearMark } = memory.log(target);
    const ask = { target, settings: settings().engine, ...(clearMark && { clearMark }) };
    return { target, status: (await engine.ask('follow', ask)).status };
  }

  async #filterAsBefore({ target, status: { sourceId } }: Followed): Promise<void> {
    const { filter } = this.#context.memory.log(target);
    if (filter !== undefined) await this.#context.engine.ask('setFilter', { sourceId, filter });
  }

  /** In the place of the one with its id, else of another, else behind all. */
  #put(followed: Followed, instead?: Followed): void {
    const { sourceId } = followed.status;
    const before = this.#logs.find(({ status }) => status.sourceId === sourceId) ?? instead;
    const isThere = before !== undefined && this.#logs.includes(before);
    this.#logs = isThere
      ? this.#logs.map((one) => (one === before ? followed : one))
      : [...this.#logs, followed];
    if (this.#shown === before) this.#shown = followed;
  }

  #show(followed: Followed | undefined): void {
    this.#shown = followed;
    this.#enter('followed');
  }

  async #remember(): Promise<void> {
    const kept = this.#logs.filter(({ target }) => !isDemo(target));
    const shown = kept.find((one) => one === this.#shown);
    if (shown) await this.choice.remember(shown.target);
    const others = kept.filter((one) => one !== shown);
    await this.#context.memory.rememberOthers(others.map(({ target }) => target));
  }

  async #rememberOfShown(change: RememberedLog): Promise<void> {
    const { target } = this.#shown ?? {};
    if (target && !isDemo(target)) await this.#context.memory.rememberLog(target, change);
  }

  /** Who follows several has chosen them. */
  async #followNewest(log: DiscoveredLog): Promise<void> {
    if (this.#logs.length > 1 || !this.choice.followsNewest() || log.id === this.status?.log.id) return;
    await this.#orRefused(async () => {
      await this.#follow({ discoveredId: log.id });
      this.#switched.fire(log);
    }, false);
  }

  /** The engine died: follows the same log again, unless it keeps dying. */
  async #recover(why: Sentence): Promise<void> {
    const now = Date.now();
    this.#deathsAt = [...this.#deathsAt.filter((at) => now - at < 60_000), now];
    const target = this.#shown?.target;
    this.#logs = [];
    this.#shown = undefined;
    if (this.#deathsAt.length >= mostDeaths) {
      this.#turn++;
      this.#enter('refused', tooManyDeaths(why));
      return;
    }
    this.#enter('looking');
    await this.#orRefused(() => (target === undefined ? this.#look() : this.#followAgain(target)), true);
  }

  /** A new engine has to look at the machine before it knows what it discovered. */
  async #followAgain(target: FollowTarget): Promise<void> {
    if ('discoveredId' in target) await this.choice.discover();
    await this.#follow(target);
    await this.#followOthers();
  }

  /** An error that is a sentence becomes the phase; `instead`: also where another log was followed. */
  async #orRefused(work: () => Promise<void>, instead: boolean): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SentenceError)) throw error;
      const before = this.#shown;
      if (before !== undefined && !instead) return;
      this.#logs = this.#logs.filter((one) => one !== before);
      this.#shown = this.#logs[0];
      this.#enter(this.#shown ? 'followed' : 'refused', error.sentence);
      const sourceId = before?.status.sourceId;
      if (sourceId !== undefined) await this.#context.engine.ask('unfollow', { sourceId });
    }
  }

  #update(status: SourceStatus): void {
    const followed = this.#logs.find((one) => one.status.sourceId === status.sourceId);
    if (!followed) return;
    followed.status = status;
    this.#changed.fire();
  }

  #enter(phase: FollowPhase, refusal?: Sentence): void {
    this.#phase = phase;
    this.#refusal = refusal;
    this.#changed.fire();
  }
}

/** Nobody wants it again in another window. */
function isDemo(target: FollowTarget): boolean {
  return 'demo' in target;
}

function tooManyDeaths(why: Sentence): Sentence {
  return sentence(
    'The part of PostgreSQL Connections that reads the log stopped again and again ({0}): run “Connections: Show Log of This Extension” to see why, then choose the log again.',
    why.args[0] ?? '',
  );
}
