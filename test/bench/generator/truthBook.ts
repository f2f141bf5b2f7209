import { textOf, type ServerProcess } from './record.ts';
import type { Identity } from './cast.ts';

/** An open session as the truth tells it; missing = null. */
export interface TrueSession {
  readonly pid: number;
  readonly user: string;
  readonly database: string | null;
  readonly application: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly connectedAt: string;
  readonly replication: boolean;
}

/** A refused login, or a session that the server ended. */
export interface TrueTrouble {
  readonly at: string;
  readonly pid: number;
  readonly message: string;
}

export interface TrueBucket {
  readonly start: string;
  connects: number;
  disconnects: number;
  lost: number;
  failures: number;
  maxActive: number;
  active: number;
}

interface OpenSession {
  readonly process: ServerProcess;
  readonly identity: Identity;
  readonly connectedAt: number;
}

/** With the time in ms and the message in bytes. */
interface Trouble {
  readonly at: number;
  readonly pid: number;
  readonly message: string;
}

const bucketMs = 15 * 60_000;
const keptTroubles = 1000;

/**
 * What happened, noted down by the story while it makes it happen; the log's reader has to find the same. Walsenders
 * count apart. `resolutionMs` = of the times that the log prints.
 */
export class TruthBook {
  connects = 0;
  disconnects = 0;
  lost = 0;
  failed = 0;
  endings = 0;
  problems = 0;
  replicationConnects = 0;
  readonly open = new Map<number, OpenSession>();
  readonly buckets: TrueBucket[] = [];
  readonly #resolutionMs: number;
  readonly #failures: Trouble[] = [];
  readonly #endings: Trouble[] = [];
  #bucket: TrueBucket | undefined;
  #bucketAt = NaN;
  #active = 0;

  constructor(resolutionMs: number) {
    this.#resolutionMs = resolutionMs;
  }

  connect(process: ServerProcess, identity: Identity, at: number): void {
    this.open.set(process.pid, { process, identity, connectedAt: at });
    if (identity.replication) this.replicationConnects += 1;
    else this.#step(at, 'connects', 1);
  }

  disconnect(pid: number, at: number): void {
    if (this.#leave(pid)) this.#step(at, 'disconnects', -1);
  }

  lose(pid: number, at: number): void {
    if (this.#leave(pid)) this.#step(at, 'lost', -1);
  }

  loseAll(at: number): void {
    for (const pid of [...this.open.keys()]) this.lose(pid, at);
  }

  refuse(pid: number, at: number, message: string): void {
    this.#step(at, 'failures', 0);
    note(this.#failures, { at, pid, message });
  }

  end(pid: number, at: number, message: string): void {
    this.endings += 1;
    note(this.#endings, { at, pid, message });
  }

  active(): TrueSession[] {
    return [...this.open.values()].map(({ process, identity, connectedAt }) => ({
      pid: process.pid,
      user: textOf(identity.user),
      database: textOf(identity.database) || null,
      application: identity.app ?? null,
      host: process.host ?? null,
      port: process.port ?? null,
      connectedAt: this.#instant(connectedAt),
      replication: identity.replication,
    }));
  }

  /** The newest, oldest first. */
  get lastFailures(): TrueTrouble[] {
    return this.#failures.map((trouble) => this.#told(trouble));
  }

  get lastEndings(): TrueTrouble[] {
    return this.#endings.map((trouble) => this.#told(trouble));
  }

  /** Client sessions, open at the end, by a name of theirs; null = unknown. */
  countBy(key: 'user' | 'database' | 'app' | 'host'): { name: string | null; count: number }[] {
    const counts = new Map<string | null, number>();
    for (const { process, identity } of this.open.values()) {
      if (identity.replication) continue;
      const bytes = key === 'host' ? process.host : identity[key];
      const name = bytes === undefined ? null : textOf(bytes);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, count]) => ({ name, count }));
  }

  /** True when it was a client's. */
  #leave(pid: number): boolean {
    const session = this.open.get(pid);
    this.open.delete(pid);
    return session?.identity.replication === false;
  }

  #step(at: number, what: 'connects' | 'disconnects' | 'lost' | 'failures', active: number): void {
    const bucket = this.#bucketOf(at);
    this.#active += active;
    bucket[what] += 1;
    bucket.active = this.#active;
    bucket.maxActive = Math.max(bucket.maxActive, this.#active);
    if (what === 'failures') this.failed += 1;
    else this[what] += 1;
  }

  /** Buckets follow one another without a gap: those in which nothing happened are told too. */
  #bucketOf(at: number): TrueBucket {
    const startAt = Math.floor(at / bucketMs) * bucketMs;
    while (this.#bucket === undefined || this.#bucketAt < startAt) {
      this.#bucketAt = this.#bucket === undefined ? startAt : this.#bucketAt + bucketMs;
      const [active, none] = [this.#active, { connects: 0, disconnects: 0, lost: 0, failures: 0 }];
      const start = new Date(this.#bucketAt).toISOString();
      this.#bucket = { start, ...none, maxActive: active, active };
      this.buckets.push(this.#bucket);
    }
    return this.#bucket;
  }

  #told({ at, pid, message }: Trouble): TrueTrouble {
    return { at: this.#instant(at), pid, message: textOf(message) };
  }

  #instant(at: number): string {
    return new Date(at - (at % this.#resolutionMs)).toISOString();
  }
}

function note(list: Trouble[], trouble: Trouble): void {
  list.push(trouble);
  if (list.length >= 2 * keptTroubles) list.splice(0, list.length - keptTroubles);
}
