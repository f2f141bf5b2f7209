import { type Disposable, EventEmitter } from 'vscode';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { type Sentence, sentence, SentenceError } from '../core/sentence.ts';
import { type Filter, noFilter } from '../core/session/filter.ts';
import type { SourceStatus } from '../core/snapshot.ts';
import type { EngineQuestions, FollowTarget, QuestionName } from '../protocol.ts';
import { LogChoice, type WindowContext } from './logChoice.ts';

/** Where the window stands with its log. `idle`: nobody has asked for anything yet. */
export type FollowPhase = 'idle' | 'looking' | 'none' | 'several' | 'refused' | 'followed';

/** Questions about one log. */
export type LogQuestion = {
  [Q in QuestionName]: EngineQuestions[Q]['ask'] extends { sourceId: string } ? Q : never;
}[QuestionName];

/** So many deaths of the engine within a minute, and it is not started again unasked. */
const mostDeaths = 3;

/** The one log that this window follows: which, and what the engine last said of it. */
export class FollowedLog implements Disposable {
  /** Which log is to be followed. */
  readonly choice: LogChoice;
  readonly #context: WindowContext;
  readonly #changed = new EventEmitter<void>();
  readonly #switched = new EventEmitter<DiscoveredLog>();
  readonly #stopListening: () => void;
  #phase: FollowPhase = 'idle';
  #status: SourceStatus | undefined;
  #target: FollowTarget | undefined;
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
    return this.#status;
  }
  /** Why nothing is followed, in phase `refused`. */
  get refusal(): Sentence | undefined {
    return this.#refusal;
  }
  get filter(): Filter {
    return this.#status?.filter ?? noFilter;
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
    if (this.#status === undefined) this.#enter('looking');
    this.#deathsAt = [];
    const looking = this.#orRefused(() => this.#look(), true);
    this.#started ??= looking;
    return looking;
  }

  /** Follows a log that the user chose, in this workspace from now on. Rejects with a SentenceError. */
  async choose(target: FollowTarget): Promise<void> {
    this.#started ??= Promise.resolve();
    await this.#follow(target);
    await this.choice.remember(target);
  }

  /** Asks about the followed log, looking for one first. Rejects with a SentenceError, also when there is none. */
  async ask<Q extends LogQuestion>(
    question: Q,
    ask: Omit<EngineQuestions[Q]['ask'], 'sourceId'>,
  ): Promise<EngineQuestions[Q]['answer']> {
    await this.start();
    const sourceId = this.#status?.sourceId;
    if (sourceId === undefined) {
      throw new SentenceError('No log is followed: choose one with “Connections: Choose Log”.');
    }
    return this.#context.engine.ask(question, { ...ask, sourceId });
  }

  /** Forgets counts, feed, failures and history up to now, in this workspace; `undo` takes that back. */
  async clear(undo = false): Promise<void> {
    const { mark } = await this.ask(undo ? 'undoClear' : 'clear', {});
    if (this.#target) await this.#context.memory.rememberLog(this.#target, { clearMark: mark });
  }

  /** Filters every view, in this workspace from now on. */
  async setFilter(filter: Filter): Promise<void> {
    await this.ask('setFilter', { filter });
    if (this.#target) await this.#context.memory.rememberLog(this.#target, { filter });
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
      else if (this.#status === undefined) {
        this.#enter(logs.some((log) => log.problem === undefined) ? 'several' : 'none');
      }
    }
    if (target !== undefined) await this.#follow(target);
  }

  /** Follows a log instead of the one before. Rejects with a SentenceError, and then nothing has changed. */
  async #follow(target: FollowTarget): Promise<void> {
    const turn = ++this.#turn;
    const { engine, memory, settings } = this.#context;
    const { clearMark, filter } = memory.log(target);
    const ask = { target, settings: settings().engine, ...(clearMark && { clearMark }) };
    const { status } = await engine.ask('follow', ask);
    const before = this.#status?.sourceId;
    const surplus = turn === this.#turn ? before : status.sourceId;
    if (turn === this.#turn) {
      this.#target = target;
      this.#status = status;
      this.#enter('followed');
      await memory.rememberFollowed();
    }
    if (surplus !== undefined && surplus !== this.#status?.sourceId) {
      await engine.ask('unfollow', { sourceId: surplus });
    }
    if (turn === this.#turn && filter !== undefined) {
      await engine.ask('setFilter', { sourceId: status.sourceId, filter });
    }
  }

  async #followNewest(log: DiscoveredLog): Promise<void> {
    if (!this.choice.followsNewest() || log.id === this.#status?.log.id) return;
    await this.#orRefused(async () => {
      await this.#follow({ discoveredId: log.id });
      this.#switched.fire(log);
    }, false);
  }

  /** The engine died: follows the same log again, unless it keeps dying. */
  async #recover(why: Sentence): Promise<void> {
    const now = Date.now();
    this.#deathsAt = [...this.#deathsAt.filter((at) => now - at < 60_000), now];
    this.#status = undefined;
    if (this.#deathsAt.length >= mostDeaths) {
      this.#turn++;
      this.#enter('refused', tooManyDeaths(why));
      return;
    }
    this.#enter('looking');
    const target = this.#target;
    await this.#orRefused(() => (target === undefined ? this.#look() : this.#followAgain(target)), true);
  }

  /** A new engine has to look at the machine before it knows what it discovered. */
  async #followAgain(target: FollowTarget): Promise<void> {
    if ('discoveredId' in target) await this.choice.discover();
    await this.#follow(target);
  }

  /** An error that is a sentence becomes the phase; `instead`: also where another log was followed. */
  async #orRefused(work: () => Promise<void>, instead: boolean): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SentenceError)) throw error;
      const before = this.#status?.sourceId;
      if (before !== undefined && !instead) return;
      this.#status = undefined;
      this.#enter('refused', error.sentence);
      if (before !== undefined) await this.#context.engine.ask('unfollow', { sourceId: before });
    }
  }

  #update(status: SourceStatus): void {
    if (status.sourceId !== this.#status?.sourceId) return;
    this.#status = status;
    this.#changed.fire();
  }

  #enter(phase: FollowPhase, refusal?: Sentence): void {
    this.#phase = phase;
    this.#refusal = refusal;
    this.#changed.fire();
  }
}

function tooManyDeaths(why: Sentence): Sentence {
  return sentence(
    'The part of PostgreSQL Connections that reads the log stopped again and again ({0}): run “Connections: Show Log of This Extension” to see why, then choose the log again.',
    why.args[0] ?? '',
  );
}
