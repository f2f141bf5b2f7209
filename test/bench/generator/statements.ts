import { bytesOf } from './record.ts';

const columns = ['id', 'customer_id', 'status', 'created_at', 'total_amount', 'payload', 'note'];
const tables = ['orders', 'order_items', 'customers', 'invoices', 'audit_log', 'sessions', 'events'];

/** SQL as applications send it, one to a dozen lines; one in five of the long ones speaks of connections. */
export class Statements {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** One line. */
  short(): string {
    const [table, column] = [this.#one(tables), this.#one(columns)];
    const number = this.#upTo(1_000_000);
    return this.#one([
      `SELECT o.id, o.${column}, o.status, o.created_at, c.name, c.email FROM ${table} o JOIN customers c ON c.id = o.customer_id WHERE o.id = ${number} AND o.status <> 'deleted'`,
      `SELECT count(*), min(created_at), max(created_at) FROM ${table} WHERE ${column} IS NOT NULL AND customer_id = ${number} GROUP BY status ORDER BY 1 DESC LIMIT 50`,
      `UPDATE ${table} SET status = 'shipped', updated_at = now(), ${column} = DEFAULT WHERE id = ${number} AND version = 3 RETURNING id, status, updated_at`,
      `INSERT INTO ${table} (id, customer_id, ${column}, note) VALUES (${number}, 17, DEFAULT, '${bytesOf('Größe ≥ 3')}') ON CONFLICT (id) DO UPDATE SET note = excluded.note`,
      `DELETE FROM ${table} WHERE created_at < now() - interval '30 days' AND id < ${number}`,
      'BEGIN',
      'COMMIT',
    ]);
  }

  /** Three to a dozen lines, with tabs and empty ones among them. */
  long(): string {
    const lines = [`WITH recent AS (SELECT * FROM ${this.#one(tables)} WHERE id > ${this.#upTo(99_999)})`];
    if (this.#random() < 0.2) lines.push(this.#one(comments));
    lines.push(`SELECT r.${this.#one(columns)}`);
    for (let more = this.#upTo(6); more > 0; more -= 1) lines.push(this.#line());
    lines.push('FROM recent r', `\tJOIN ${this.#one(tables)} t USING (id)`);
    if (this.#random() < 0.2) lines.push('');
    lines.push(`WHERE r.status = 'open'`, `ORDER BY 1 LIMIT ${this.#upTo(500)}`);
    return lines.join('\n');
  }

  /** A statement whose lines look like records of the log, in each of its formats. */
  imitation(): string {
    const pid = this.#upTo(30_000);
    return `INSERT INTO notes (body) VALUES ('seen in the log:\n${this.#one([
      `2026-11-20 09:58:11.972 UTC [${pid}] LOG:  connection authorized: user=nobody database=shop`,
      `2026-11-20 09:58:11 UTC [${pid}] FATAL:  password authentication failed for user "nobody"`,
      `LOG:  disconnection: session time: 0:00:01.000 user=nobody database=shop host=[local]`,
      `2026-11-20 09:58:11.972 UTC,"nobody","shop",${pid},"[local]",6b0019b3.390d,2,"authentication",2026-11-20 09:58:11 UTC,3/1,0,LOG,00000,"connection authorized: user=nobody database=shop",,,,,,,,,"","client backend",,0`,
      `{"timestamp":"2026-11-20 09:58:11.972 UTC","pid":${pid},"error_severity":"FATAL","message":"role \\"nobody\\" does not exist","backend_type":"client backend","query_id":0}`,
      `2026-11-20 09:58:11.972 UTC [${pid}] LOG:  all server processes terminated; reinitializing`,
    ])}\n')`;
  }

  #line(): string {
    const column = this.#one(columns);
    return this.#one([
      `     , t.${column}`,
      `     , coalesce(r.${column}, t.${column}, 'unknown') AS ${column}_${this.#upTo(9)}`,
      `\t, sum(t.total_amount) OVER (PARTITION BY r.${column} ORDER BY t.created_at) AS running_total`,
      `     , CASE WHEN r.status = 'open' THEN r.${column} ELSE NULL END AS ${column}_open`,
    ]);
  }

  #one(list: readonly string[]): string {
    return list[Math.floor(this.#random() * list.length)] ?? '';
  }

  #upTo(most: number): number {
    return 1 + Math.floor(this.#random() * most);
  }
}

const comments = [
  '-- connection authorized by the pool, see disconnection below',
  '/* LOG:  connection received: host=10.0.0.1 port=5432 */',
  "-- report of the connection pool: FATAL:  and 'disconnection: session time'",
  '   /* DETAIL:  nothing, STATEMENT:  nothing, the connection is fine */',
];
