import { randomOf } from '../sources/tailWorld.ts';

/** How many of each event a log tells. */
export interface LiveCounts {
  connects: number;
  disconnects: number;
  failures: number;
}

/** What a load consists of. */
export interface LoadShape {
  readonly seed: number;
  /** Part of the lines that are about connections, in [0, 1]; the others are statements, errors and checkpoints. */
  readonly share: number;
  /** As many sessions are open when it has settled. */
  readonly openSessions: number;
}

interface Session {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly port: number;
  readonly since: number;
}

const users = ['app', 'web', 'etl', 'postgres', 'alice', 'report user'];
const databases = ['shop', 'crm', 'postgres'];
const applications = ['psql', 'worker-1', 'worker-2', 'web', 'pgbench', 'My App'];
/** Pids wrap where Linux wraps them by default on large machines. */
const mostPids = 4_194_304;

/**
 * Lines as PostgreSQL 15 writes them to stderr with Debian's `%m [%p] %q%u@%d ` in UTC, one entry at a time, with the
 * truth about them. Pids are used once in a run.
 */
export class LiveLoad {
  readonly counts: LiveCounts = { connects: 0, disconnects: 0, failures: 0 };
  readonly open: Session[] = [];
  readonly #random: () => number;
  readonly #shape: LoadShape;
  /** The rest of a login that has begun. */
  readonly #due: (() => string)[] = [];
  #pid = 1000;
  #port = 0;
  #second = '';
  #secondAt = NaN;

  constructor(shape: LoadShape) {
    this.#shape = shape;
    this.#random = randomOf(shape.seed);
  }

  /** The next line (a statement's entry may have several), ended by a newline; `now` in ms since the epoch. */
  next(now: number): string {
    const due = this.#due.shift();
    if (due) return this.#stamp(now) + due();
    if (this.#random() >= this.#sessionRate()) return this.#stamp(now) + this.#other();
    const { openSessions } = this.#shape;
    const comes = this.open.length < openSessions * (0.9 + 0.2 * this.#random());
    if (this.#random() < 0.01) return this.#refuse(now);
    return comes || this.open.length === 0 ? this.#connect(now) : this.#disconnect(now);
  }

  #disconnect(now: number): string {
    const [session] = this.open.splice(Math.floor(this.#random() * this.open.length), 1);
    if (!session) return this.#connect(now);
    const { pid, user, database, port, since } = session;
    this.counts.disconnects += 1;
    const time = `session time: ${sessionTime(now - since)} user=${user} database=${database}`;
    const text = `[${pid}] ${user}@${database} LOG:  disconnection: ${time} host=10.0.3.7 port=${port}\n`;
    return this.#stamp(now) + text;
  }

  #connect(now: number): string {
    const pid = this.#nextPid();
    const [user, database] = [this.#oneOf(users), this.#oneOf(databases)];
    const port = this.#nextPort();
    const name = `${user} database=${database} application_name=${this.#oneOf(applications)}`;
    this.#due.push(
      () =>
        `[${pid}] ${user}@${database} LOG:  connection authenticated: identity="${user}" method=scram-sha-256 (/etc/postgresql/15/main/pg_hba.conf:97)\n`,
      () => {
        this.counts.connects += 1;
        this.open.push({ pid, user, database, port, since: now });
        return `[${pid}] ${user}@${database} LOG:  connection authorized: user=${name} SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)\n`;
      },
    );
    return `${this.#stamp(now)}[${pid}] [unknown]@[unknown] LOG:  connection received: host=10.0.3.7 port=${port}\n`;
  }

  #refuse(now: number): string {
    const pid = this.#nextPid();
    this.#due.push(
      () => {
        this.counts.failures += 1;
        return `[${pid}] bob@shop FATAL:  password authentication failed for user "bob"\n`;
      },
      () =>
        `[${pid}] bob@shop DETAIL:  Connection matched pg_hba.conf line 97: "host all all 0.0.0.0/0 scram-sha-256"\n`,
    );
    return `${this.#stamp(now)}[${pid}] [unknown]@[unknown] LOG:  connection received: host=10.0.9.9 port=${this.#nextPort()}\n`;
  }

  #other(): string {
    const { pid, user, database } =
      this.open.length > 0 ? this.#oneOf(this.open) : { pid: 7, user: 'app', database: 'shop' };
    const head = `[${pid}] ${user}@${database} `;
    const ms = (this.#random() * 90).toFixed(3);
    const id = Math.floor(this.#random() * 100_000);
    const kind = this.#random();
    if (kind < 0.6)
      return `${head}LOG:  duration: ${ms} ms  statement: SELECT id, name, created_at FROM orders WHERE customer_id = ${id} ORDER BY created_at DESC LIMIT 20\n`;
    if (kind < 0.8)
      return `${head}LOG:  duration: ${ms} ms  execute S_3: -- connection authorized users\n\tSELECT a.id, b.total\n\tFROM accounts a JOIN balances b ON b.account_id = a.id\n\tWHERE a.id = $1\n`;
    if (kind < 0.97) return `${head}DETAIL:  parameters: $1 = '${id}', $2 = 'x'\n`;
    this.#due.push(() => `${head}DETAIL:  Key (id)=(${id}) already exists.\n`);
    return `${head}ERROR:  duplicate key value violates unique constraint "orders_pkey"\n`;
  }

  /** How often a session's line must be begun for the share: a login is three lines, an end is one. */
  #sessionRate(): number {
    const { share } = this.#shape;
    return share / (share + 2 * (1 - share));
  }

  #nextPid(): number {
    this.#pid += 1;
    if (this.#pid === mostPids) throw new Error('a run is too short for so many sessions');
    return this.#pid;
  }

  #nextPort(): number {
    this.#port = (this.#port + 1) % 28_000;
    return 32_768 + this.#port;
  }

  /** Of values that are not empty. */
  #oneOf<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  #stamp(now: number): string {
    const second = now - (now % 1000);
    if (second !== this.#secondAt) {
      this.#secondAt = second;
      this.#second = new Date(second).toISOString().slice(0, 19).replace('T', ' ');
    }
    return `${this.#second}.${String(now % 1000).padStart(3, '0')} UTC `;
  }
}

/** The first lines of a server's log. */
export function serverStart(now: number): string {
  const stamp = new Date(now).toISOString().replace('T', ' ').replace('Z', ' UTC');
  return (
    `${stamp} [99] LOG:  starting PostgreSQL 15.18 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit\n` +
    `${stamp} [99] LOG:  database system is ready to accept connections\n`
  );
}

/** `0:00:12.034`, as a disconnection line has it. */
export function sessionTime(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = `${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
  return `${Math.floor(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${seconds}`;
}
