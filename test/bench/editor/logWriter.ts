import { closeSync, openSync, writeSync } from 'node:fs';

/** So many sessions are open at a time. */
const crowd = 5000;
const blockBytes = 1 << 20;
const users = ['app', 'web', 'etl', 'postgres', 'alice'];
const databases = ['shop', 'crm', 'postgres', 'analytics'];
const applications = ['psql', 'worker-1', 'worker-2', 'web', 'pgbench', 'My App'];
const statement =
  'SELECT id, name, created_at FROM orders WHERE customer_id = 4711 ORDER BY created_at DESC LIMIT 20';

interface Visitor {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly since: number;
}

/**
 * Lines as a server with `log_line_prefix = '%m [%p] '` in UTC writes them, every tenth about a connection; seeded.
 * Nothing is refused: what a failure costs, it costs once.
 */
export class LogLines {
  #pid = 1000;
  #count = 0;
  #state: number;
  #open: Visitor[] = [];

  constructor(seed: number) {
    this.#state = seed;
  }

  start(at: number): string {
    return (
      line(at, 1, 'LOG:  starting PostgreSQL 17.6 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit') +
      line(at, 1, 'LOG:  database system is ready to accept connections')
    );
  }

  next(at: number): string {
    this.#count += 1;
    if (this.#count % 10 === 0) return this.#open.length < crowd ? this.#come(at) : this.#comeOrLeave(at);
    const pid = this.#open[this.#below(this.#open.length)]?.pid ?? 999;
    return line(
      at,
      pid,
      `LOG:  duration: ${(this.#below(90_000) / 1000).toFixed(3)} ms  statement: ${statement}`,
    );
  }

  #comeOrLeave(at: number): string {
    return this.#below(2) === 0 ? this.#come(at) : this.#leave(at);
  }

  #come(at: number): string {
    this.#pid = 1000 + ((this.#pid - 999) % 60_000);
    const { user, database } = { user: this.#one(users), database: this.#one(databases) };
    this.#open.push({ pid: this.#pid, user, database, since: at });
    return line(
      at,
      this.#pid,
      `LOG:  connection authorized: user=${user} database=${database} application_name=${this.#one(applications)}`,
    );
  }

  #leave(at: number): string {
    const index = this.#below(this.#open.length);
    const [visitor] = this.#open.splice(index, 1);
    if (!visitor) return '';
    const { pid, user, database, since } = visitor;
    return line(
      at,
      pid,
      `LOG:  disconnection: session time: ${spanOf(at - since)} user=${user} database=${database} host=[local]`,
    );
  }

  #one(names: readonly string[]): string {
    return names[this.#below(names.length)] ?? '';
  }

  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 4_294_967_296) * limit);
  }
}

/** Writes a log of that size, a day of a server that ends now; gives its lines, so that the server can go on. */
export function writeLog(path: string, bytes: number, now: number): LogLines {
  const lines = new LogLines(12_345);
  const file = openSync(path, 'w');
  const from = now - 86_400_000;
  let [written, block] = [0, lines.start(from)];
  while (written < bytes) {
    block += lines.next(from + Math.floor(((written + block.length) / bytes) * 86_400_000));
    if (block.length < blockBytes) continue;
    written += writeSync(file, block);
    block = '';
  }
  closeSync(file);
  return lines;
}

/** Appends so many lines a second for so long, in steps of 20 ms. */
export async function writeOn(path: string, lines: LogLines, perSecond: number, ms: number): Promise<void> {
  const file = openSync(path, 'a');
  const startedAt = Date.now();
  for (let written = 0; written < (perSecond * ms) / 1000;) {
    const now = Date.now();
    const due = Math.min((perSecond * ms) / 1000, ((now - startedAt) * perSecond) / 1000);
    let block = '';
    for (; written < due; written += 1) block += lines.next(now);
    if (block !== '') writeSync(file, block);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  closeSync(file);
}

export function line(at: number, pid: number, text: string): string {
  return `${new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')} [${pid}] ${text}\n`;
}

/** As PostgreSQL writes a session time: `0:01:02.345`. */
function spanOf(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(Math.floor);
  return `${hours}:${two(minutes ?? 0)}:${two(seconds ?? 0)}.${String(ms % 1000).padStart(3, '0')}`;
}
