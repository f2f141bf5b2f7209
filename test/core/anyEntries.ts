import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { random } from './serverLog.ts';

/** What a made-up server logs, and how: as its settings and its log_line_prefix have it. */
interface Habits {
  key: 'pid' | 'start' | 'id' | 'both';
  readonly names: boolean;
  readonly host: boolean;
  readonly received: boolean;
  readonly authenticated: boolean;
  readonly ready: boolean;
  readonly disconnections: boolean;
  readonly seconds: boolean;
  readonly untimed: boolean;
  /** 1 = as much as possible happens beside the ordinary. */
  readonly trouble: number;
}

interface Life {
  readonly pid: number;
  readonly startAt: number;
  readonly user: string;
  readonly database: string;
  readonly application: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly replication: boolean;
  stage: 'begun' | 'received' | 'authenticated' | 'authorized';
  connectedAt: number;
}

const dayAt = Date.UTC(2026, 10, 20, 9, 58);
const fatals = [
  ['password authentication failed for user "app"', '28P01', 'authentication'],
  ['database "shop" does not exist', '3D000', 'startup'],
  ['sorry, too many clients already', '53300', undefined],
  ['terminating connection due to administrator command', '57P01', 'idle'],
  ['something that nobody knows', 'XX000', undefined],
  [
    'no pg_hba.conf entry for host "H", user "app", database "shop", no encryption',
    '28000',
    'authentication',
  ],
  ['terminating connection because of crash of another server process', '57P02', undefined],
] as const;
const ofServer = [
  ['starting PostgreSQL 17.2 on x86_64', 'database system was shut down at 2026-11-20 09:00:00 UTC'],
  ['database system is ready to accept connections'],
  ['all server processes terminated; reinitializing', 'database system was interrupted; last known up at x'],
  ['received immediate shutdown request'],
  ['database system is shut down'],
  ['parameter "log_disconnections" changed to "on"'],
  ['checkpoint starting: time'],
] as const;
const troubles = [
  'could not receive data from client: Connection reset by peer',
  'unexpected EOF on client connection with an open transaction',
];

/** Entries of a server in which anything happens to few pids, mostly the ordinary; the same for the same seed. */
export class AnyEntries {
  readonly next: () => number;
  readonly #habits: Habits;
  readonly #lives = new Map<number, Life>();
  readonly #pids: number;
  #at = dayAt;
  #count = 0;

  constructor(seed: number) {
    this.next = random(seed);
    const chance = (share: number): boolean => this.next() < share;
    this.#pids = chance(0.5) ? 4 : 40;
    this.#habits = {
      key: this.pick(['pid', 'pid', 'start', 'id', 'both']),
      names: chance(0.5),
      host: chance(0.4),
      received: chance(0.7),
      authenticated: chance(0.5),
      ready: chance(0.2),
      disconnections: chance(0.9),
      seconds: chance(0.2),
      untimed: chance(0.05),
      trouble: this.pick([1, 1, 0.97, 0.955]),
    };
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  /** What happens next: mostly one entry, sometimes none or several. */
  step(): LogEntry[] {
    this.#count += 1;
    this.#passTime();
    const life = this.#lives.get(100 + Math.floor(this.next() * this.#pids));
    const what = this.next() * this.#habits.trouble;
    if (what > 0.985)
      return this.pick(ofServer).map((message) => this.#entry(message, undefined, { pid: 7 }));
    if (what > 0.98) this.#habits.key = this.pick(['pid', 'start', 'id', 'both']);
    if (what > 0.95) return [this.#stray()];
    if (what > 0.9) return [this.#fatal(life)];
    if (what > 0.88) return [this.#entry(this.pick(troubles), life)];
    if (what > 0.875)
      return [this.#entry(`server process (PID ${life?.pid ?? 3}) was terminated by signal 9: Killed`)];
    if (life && what > 0.2) return this.#goOn(life);
    return this.#begin();
  }

  #passTime(): void {
    const what = this.next();
    if (what > 0.99) this.#at += 20_000;
    else if (what > 0.9) this.#at -= Math.floor(this.next() * 1500);
    else if (what > 0.1) this.#at += Math.floor(this.next() * 600);
  }

  #begin(): LogEntry[] {
    const pid = 100 + Math.floor(this.next() * this.#pids);
    const replication = this.next() < 0.06;
    const life: Life = {
      pid,
      startAt: Math.floor(this.#at / 1000) * 1000,
      user: this.pick(
        this.pick([
          ['app', 'bob'],
          ['app database=x', 'app'],
        ]),
      ),
      database: this.pick(['shop', 'hr']),
      application: this.pick(['web', undefined]),
      host: this.pick(['[local]', '10.0.0.7', '10.0.0.8', 'fe80::1']),
      port: 1024 + Math.floor(this.next() * 60_000),
      replication,
      stage: 'begun',
      connectedAt: this.#at,
    };
    this.#lives.set(pid, life);
    return this.#goOn(life);
  }

  /** The next line of a life, or none where the server does not log it. */
  #goOn(life: Life): LogEntry[] {
    const { received, authenticated, ready } = this.#habits;
    const port = life.host === '[local]' ? '' : ` port=${life.port}`;
    switch (life.stage) {
      case 'begun':
        life.stage = 'received';
        if (!received || this.next() < 0.03) return this.#goOn(life);
        return [this.#entry(`connection received: host=${life.host}${port}`, life, {}, false)];
      case 'received':
        life.stage = 'authenticated';
        if (!authenticated || this.next() < 0.1) return this.#goOn(life);
        return [
          this.#entry(
            `connection authenticated: identity="${life.user}" method=md5 (/etc/pg_hba.conf:4)`,
            life,
          ),
        ];
      case 'authenticated':
        life.stage = 'authorized';
        life.connectedAt = this.#at;
        return [this.#entry(authorizedText(life), life)];
      case 'authorized':
        if (ready && this.next() < 0.3)
          return [
            this.#entry('connection ready: setup total=2.7 ms, fork=0.5 ms, authentication=0.2 ms', life),
          ];
        return this.#end(life, port);
    }
  }

  #end(life: Life, port: string): LogEntry[] {
    if (this.next() < 0.5) return [];
    if (this.next() < 0.98) this.#lives.delete(life.pid);
    if (!this.#habits.disconnections) return [];
    const ms = Math.max(0, this.#at - life.connectedAt + 3);
    const changed = this.next() < 0.1 ? { applicationName: 'renamed' } : {};
    return [this.#entry(disconnectionText(life, ms, port), life, changed)];
  }

  /** The end of a session that began before the log, or of none; or another end than an open one can have. */
  #stray(): LogEntry {
    const pid = 100 + Math.floor(this.next() * this.#pids);
    const open = this.#lives.get(pid);
    const other: Life = {
      ...{ pid, port: 1024, stage: 'authorized', replication: false, application: 'old', host: '[local]' },
      ...{ startAt: dayAt - 3_600_000, connectedAt: 0, user: this.pick(['app', 'eve']), database: 'shop' },
    };
    const life = open && this.next() < 0.6 ? open : other;
    const port = life.host === '[local]' ? '' : ` port=${life.port}`;
    return this.#entry(disconnectionText(life, this.pick([300, 3_600_000]), port), life);
  }

  #fatal(life: Life | undefined): LogEntry {
    const [message, sqlState, commandTag] = this.pick(fatals);
    const tag = this.#habits.names && commandTag !== undefined ? { commandTag } : {};
    const unknown = this.next() < 0.3 ? { user: `user ${this.#count}` } : {};
    // log_hostname: elsewhere it may have a name
    const host = this.next() < 0.7 ? life?.host : this.pick(['10.0.9.9', '::1']);
    const said = message.replace('host "H"', `host "${host ?? '[local]'}"`);
    return this.#entry(said, life, { severity: 'FATAL', sqlState, ...tag, ...unknown });
  }

  #entry(message: string, life?: Life, more: Partial<LogEntry> = {}, hasNames = true): LogEntry {
    const { key, names, host, seconds, untimed } = this.#habits;
    const pid = life?.pid ?? more.pid ?? 99;
    const startAt = life?.startAt ?? dayAt;
    const at = seconds ? Math.floor(this.#at / 1000) * 1000 : this.#at;
    return {
      severity: 'LOG',
      message,
      ...(untimed ? {} : { at }),
      pid,
      ...(key === 'id' || key === 'both'
        ? { sessionId: `${(startAt / 1000).toString(16)}.${pid.toString(16)}` }
        : {}),
      ...(key === 'start' || key === 'both' ? { sessionStartAt: startAt } : {}),
      ...(names && hasNames && life
        ? { user: life.user, database: life.database, applicationName: life.application }
        : {}),
      ...(host && life ? { remoteHost: life.host, remotePort: portOf(life) } : {}),
      ...more,
    };
  }
}

function authorizedText({ replication, user, database, application }: Life): string {
  const named = application === undefined ? '' : ` application_name=${application}`;
  if (replication) return `replication connection authorized: user=${user}${named}`;
  return `connection authorized: user=${user} database=${database}${named}`;
}

function disconnectionText({ user, database, host }: Life, ms: number, port: string): string {
  const two = (value: number): string => String(Math.floor(value) % 60).padStart(2, '0');
  const time = `${Math.floor(ms / 3_600_000)}:${two(ms / 60_000)}:${two(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`;
  return `disconnection: session time: ${time} user=${user} database=${database} host=${host}${port}`;
}

function portOf({ host, port }: Life): number | undefined {
  return host === '[local]' ? undefined : port;
}
