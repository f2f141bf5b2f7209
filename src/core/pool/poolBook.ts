import { ConnectionBook } from './connectionBook.ts';
import type { PoolFigures, PoolKind, PoolNews } from './poolSample.ts';
import { PoolTimeline } from './poolTimeline.ts';

/** One pool of one process as the log tells of it; undefined = it never says. */
export interface PoolTotals {
  /** As the log calls it; with its process, where several have one of this name. */
  readonly name: string;
  readonly kind: PoolKind;
  readonly process?: string | undefined;
  readonly size?: number | undefined;
  readonly maxOverflow?: number | undefined;
  readonly checkedOut?: number | undefined;
  readonly maxCheckedOut?: number | undefined;
  readonly maxOverflowUsed?: number | undefined;
  readonly maxWaiting?: number | undefined;
  readonly maxWaitMs?: number | undefined;
  readonly checkouts?: number | undefined;
  readonly returns?: number | undefined;
  readonly created?: number | undefined;
  readonly timeouts: number;
  /** Connections that the pool's own leak detection named. */
  readonly leaksDetected: number;
  /** Lines that state figures. */
  readonly samples: number;
  /** PgBouncer only: open connections to the server, and the most at once. */
  readonly servers?: number | undefined;
  readonly maxServers?: number | undefined;
}

/**
 * Folds what lines say of one pool. Stated figures are the truth; between them checkouts and returns are counted, each
 * connection by its name.
 */
export class PoolBook {
  name: string;
  /** No line has named it yet. */
  isNameless = false;
  readonly kind: PoolKind;
  /** What the lines say of the process, as soon as one does. */
  process: string | undefined;
  readonly timeline = new PoolTimeline();
  readonly #connections = new ConnectionBook();
  #latest: PoolFigures = {};
  #checkedOut: number | undefined;
  #maxCheckedOut: number | undefined;
  #overflowUsed: number | undefined;
  #maxWaiting: number | undefined;
  #maxWaitMs: number | undefined;
  #hasEvents = false;
  #opened = 0;
  #timeouts = 0;
  #leaks = 0;
  #samples = 0;

  constructor(name: string, kind: PoolKind, process: string | undefined) {
    this.name = name;
    this.kind = kind;
    this.process = process;
  }

  apply(news: PoolNews, at: number | undefined): void {
    const timeouts = this.#timeouts;
    this.#fold(news);
    if (at !== undefined && this.#checkedOut !== undefined)
      this.timeline.add(at, this.#checkedOut, this.#latest.waiting, this.#timeouts - timeouts);
  }

  totals(name: string): PoolTotals {
    const { created, checkouts, returns } = this.#connections;
    const { size, maxOverflow } = this.#latest;
    return {
      name,
      kind: this.kind,
      process: this.process,
      ...{ size, maxOverflow },
      checkedOut: this.#checkedOut,
      maxCheckedOut: this.#maxCheckedOut,
      maxOverflowUsed: this.#maxOverflowUsed(),
      maxWaiting: this.#maxWaiting,
      maxWaitMs: this.#maxWaitMs,
      checkouts: this.#hasEvents ? checkouts : undefined,
      returns: this.#hasEvents ? returns : undefined,
      created: this.#hasEvents ? created : this.#opened > 0 ? this.#opened : undefined,
      timeouts: this.#timeouts,
      leaksDetected: this.#leaks,
      samples: this.#samples,
    };
  }

  /** What the pool is now. What lies in it is counted where no line states it. */
  get now(): PoolFigures {
    const { size, overflow } = this.#latest;
    const out = this.#checkedOut;
    const isCounted = this.#hasEvents && this.#samples === 0;
    const beyond = isCounted && size !== undefined && out !== undefined ? Math.max(0, out - size) : overflow;
    return {
      ...this.#latest,
      checkedOut: out,
      checkedIn: isCounted ? this.#connections.idle : this.#latest.checkedIn,
      overflow: beyond,
    };
  }

  #fold(news: PoolNews): void {
    switch (news.kind) {
      case 'figures':
        this.#samples += 1;
        this.#state(news.figures);
        return;
      case 'timeout':
        this.#timeouts += 1;
        this.#maxWaitMs = most(this.#maxWaitMs, news.waitMs);
        this.#gaveUp(news.figures);
        return;
      case 'opened':
        this.#opened += 1;
        return;
      case 'connectFailed':
        this.#change(this.#connections.connectFailed());
        return;
      case 'leakDetected':
        this.#leaks += 1;
        return;
      case 'started':
      case 'ended':
        if (this.#checkedOut !== undefined) this.#checkedOut = 0;
        return;
      default:
        // at the level INFO only what goes wrong is logged: then nothing is known of checkouts
        this.#hasEvents ||= ['created', 'checkedOut', 'returned'].includes(news.kind);
        this.#change(this.#connections.apply(news.kind, news.connection));
    }
  }

  #state(figures: PoolFigures): void {
    this.#remember(figures);
    this.#checkedOut = figures.checkedOut ?? this.#checkedOut;
  }

  /** What a timeout tells is what was out then; where lines count, they know better what is out now. */
  #gaveUp(figures: PoolFigures): void {
    const counted = this.#hasEvents || this.#samples > 0;
    this.#remember(figures);
    if (!counted) this.#checkedOut = figures.checkedOut ?? this.#checkedOut;
  }

  #remember(figures: PoolFigures): void {
    const told = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
    const latest: PoolFigures = { ...this.#latest, ...told };
    // a pool that shrank keeps room for as many as it once had, where no line states the limit itself
    const size = this.kind === 'sqlalchemy' ? latest.size : most(this.#latest.size, latest.size);
    this.#latest = { ...latest, size };
    this.#maxCheckedOut = most(this.#maxCheckedOut, figures.checkedOut);
    this.#overflowUsed = most(this.#overflowUsed, figures.overflow);
    this.#maxWaiting = most(this.#maxWaiting, figures.waiting);
    this.#maxWaitMs = most(this.#maxWaitMs, figures.waitMs);
  }

  #change(by: number): void {
    if (!this.#hasEvents) return;
    this.#checkedOut = Math.max(0, (this.#checkedOut ?? 0) + by);
    this.#maxCheckedOut = most(this.#maxCheckedOut, this.#checkedOut);
  }

  /** SQLAlchemy opens more than its size only while all of those are out. */
  #maxOverflowUsed(): number | undefined {
    if (this.kind !== 'sqlalchemy') return this.#overflowUsed;
    const { size } = this.#latest;
    // 0 = without a limit: then there is no overflow
    if (size === undefined) return undefined;
    const beyond = Math.max(0, (this.#maxCheckedOut ?? 0) - size);
    return Math.max(this.#overflowUsed ?? 0, beyond);
  }
}

function most(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.max(one, other);
}
