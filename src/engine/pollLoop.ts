import { SentenceError, sentenceOf, type Sentence } from '../core/sentence.ts';
import type { ServerAttention, ServerSettings } from '../protocol/serverQuestions.ts';
import type { ServerProblemKind } from '../sources/server/liveServer.ts';
import { affordableMs, retryMs, wantedMs } from './pollPace.ts';

/** A view that is hidden is often shown again at once: so long its connection stays. */
const lingerMs = 3000;

/** What is polled: a server, or a pooler's console. */
export interface Polled<Sample> {
  /** `user@host:port`. */
  readonly label: string;
  poll(): Promise<Sample>;
  /** Nothing is left afterwards. */
  close(): Promise<void>;
}

/** How often. */
export type PollSettings = Pick<ServerSettings, 'seenMs' | 'alertsMs'>;

/** Who hears of the polls. */
export interface PollListener<Sample, Connection extends Polled<Sample>> {
  open(): Connection;
  took(sample: Sample): void;
  /** What kind of failure an error is; undefined = it does not answer. */
  kindOf(error: unknown): ServerProblemKind | undefined;
  failed(kind: ServerProblemKind, why: Sentence, failures: number): void;
  /** Nobody needs polls any more. */
  idle(): void;
}

/**
 * Polls a server over one connection as often as somebody needs it, one poll at a time; without need the connection is
 * closed after a moment. Backs off from a server that struggles, is away, or refuses us.
 */
export class PollLoop<Sample extends { readonly tookMs: number }, Connection extends Polled<Sample>> {
  readonly #listener: PollListener<Sample, Connection>;
  #settings: PollSettings;
  #attention: ServerAttention = 'none';
  #live: Connection | undefined;
  #label: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  readonly #closing = new Set<Promise<void>>();
  #polledAt = -Infinity;
  #tookMs = 0;
  #failures = 0;
  #failedBy: ServerProblemKind | undefined;
  #closed = false;
  /** Errands under way. */
  #uses = 0;

  constructor(settings: PollSettings, listener: PollListener<Sample, Connection>) {
    this.#settings = settings;
    this.#listener = listener;
  }

  /** `user@host:port`; after the first poll where we really are. */
  get label(): string {
    this.#label = this.#live?.label ?? this.#label;
    return this.#label ?? (this.#closed ? '' : this.#connection().label);
  }

  /** Between polls, where that is more than was asked for; ms. */
  get backedOffToMs(): number | undefined {
    const wanted = wantedMs(this.#attention, this.#settings);
    const now = this.#intervalMs();
    return wanted !== undefined && now !== undefined && now > wanted ? now : undefined;
  }

  attend(attention: ServerAttention): void {
    if (attention === this.#attention || this.#closed) return;
    this.#attention = attention;
    if (attention === 'none') this.#listener.idle();
    this.#schedule();
  }

  configure(settings: PollSettings): void {
    this.#settings = settings;
    this.#schedule();
  }

  /** Asks the server now, if anybody needs it. */
  pollNow(): void {
    this.#polledAt = -Infinity;
    this.#schedule();
  }

  /** Does something else over the connection, which stays until it is done. */
  async use<T>(work: (live: Connection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new SentenceError('This server is no longer connected: connect to it again.');
    this.#uses += 1;
    try {
      return await work(this.#connection());
    } finally {
      this.#uses -= 1;
      this.#schedule();
    }
  }

  /** Resolves when nothing is left. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
    await Promise.all([...this.#closing]);
    await this.#running;
  }

  #connection(): Connection {
    return (this.#live ??= this.#listener.open());
  }

  /** Between polls, as things are; undefined = none. */
  #intervalMs(): number | undefined {
    const wanted = wantedMs(this.#attention, this.#settings);
    if (wanted === undefined) return undefined;
    if (this.#failedBy) return retryMs(this.#failedBy, this.#failures, wanted);
    return affordableMs(wanted, this.#tookMs);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#lingerOrStay();
    const interval = this.#intervalMs();
    if (interval === undefined || this.#running) return;
    const waitMs = Math.max(0, this.#polledAt + interval - performance.now());
    this.#timer = setTimeout(() => {
      this.#running = this.#poll().finally(() => {
        this.#running = undefined;
        this.#schedule();
      });
    }, waitMs);
  }

  #lingerOrStay(): void {
    clearTimeout(this.#linger);
    if (this.#uses > 0) return;
    if (this.#attention === 'none' && this.#live) this.#linger = setTimeout(() => this.#drop(), lingerMs);
  }

  #drop(): void {
    clearTimeout(this.#linger);
    const live = this.#live;
    this.#label = live?.label ?? this.#label;
    this.#live = undefined;
    if (!live) return;
    const closing = live.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #poll(): Promise<void> {
    this.#polledAt = performance.now();
    const live = this.#connection();
    const answer = await live.poll().catch((error: unknown) => ({ error }));
    if (live !== this.#live) return;
    if ('error' in answer) {
      this.#failures += 1;
      this.#failedBy = this.#listener.kindOf(answer.error) ?? 'unreachable';
      this.#listener.failed(this.#failedBy, sentenceOf(answer.error), this.#failures);
      // who comes back may listen at another port
      const isAway = this.#failedBy === 'unreachable' || this.#failedBy === 'noServer';
      if (isAway && this.#uses === 0) this.#drop();
    } else {
      this.#tookMs = answer.tookMs;
      this.#failures = 0;
      this.#failedBy = undefined;
      this.#listener.took(answer);
    }
    if (this.#attention === 'none') this.#listener.idle();
  }
}
