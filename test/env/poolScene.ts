import pg from 'pg';

import { poolerUsers, startPooler, type Pooler } from './pooler.ts';
import { castForPooler } from './scenario/poolerStories.ts';
import { newestMajor, startServer, type Server } from './servers.ts';

const password = poolerUsers['app'] ?? '';

/** One client of the pooler. */
export interface PooledClient {
  readonly application: string;
  readonly client: pg.Client;
  /** The port it came from. */
  readonly port: number;
}

/** A server, a PgBouncer in transaction mode before it with two server connections for each pool, and its clients. */
export class PoolScene {
  readonly server: Server;
  readonly pooler: Pooler;
  readonly observer: string;
  readonly clients: PooledClient[] = [];

  /** Use `openPoolScene`. */
  constructor(server: Server, pooler: Pooler, observer: string) {
    this.server = server;
    this.pooler = pooler;
    this.observer = observer;
  }

  /** The console for somebody who may only look. */
  get uri(): string {
    return `postgres://${encodeURIComponent(this.observer)}@127.0.0.1:${this.pooler.port}/pgbouncer`;
  }

  get password(): string {
    return password;
  }

  /** Comes to the pooler. */
  async connect(application: string): Promise<PooledClient> {
    const client = new pg.Client({
      ...{ host: '127.0.0.1', port: this.pooler.port, user: 'app', database: 'shop', password },
      application_name: application,
    });
    client.on('error', () => undefined);
    await client.connect();
    const { stream } = (client as unknown as { connection: { stream: { localPort: number } } }).connection;
    const pooled = { application, client, port: stream.localPort };
    this.clients.push(pooled);
    return pooled;
  }

  /** Begins a transaction and stays in it; answers the pid of its backend. */
  async begin({ client }: PooledClient): Promise<number> {
    const [, answer] = (await client.query(
      'begin; select pg_backend_pid() as pid',
    )) as unknown as pg.QueryResult<{
      pid: number;
    }>[];
    return answer?.rows[0]?.pid ?? 0;
  }

  /** What the console itself answers to its administrator. */
  async show(what: string): Promise<Record<string, unknown>[]> {
    const boss = new pg.Client({
      ...{ host: '127.0.0.1', port: this.pooler.port, user: 'boss', database: 'pgbouncer', password },
    });
    await boss.connect();
    try {
      return (await boss.query<Record<string, unknown>>(`SHOW ${what}`)).rows;
    } finally {
      await boss.end();
    }
  }

  async dispose(): Promise<void> {
    // a client that waits would never be let go
    await this.pooler.end('SIGKILL');
    await Promise.all(this.clients.map(({ client }) => client.end().catch(() => undefined)));
    await this.pooler.dispose();
    await this.server.dispose();
  }
}

/** `observer`: the user in `stats_users`, whose password is every user's. */
export async function openPoolScene(observer = 'my user'): Promise<PoolScene> {
  const settings = { log_connections: 'on', log_disconnections: 'on' };
  const server = await startServer({ major: newestMajor(), logTo: 'file', settings });
  try {
    await castForPooler(server);
    const limits = { pool_mode: 'transaction', default_pool_size: '2', stats_users: observer };
    return new PoolScene(server, await startPooler(server, { shop: 'shop' }, limits), observer);
  } catch (error) {
    await server.dispose();
    throw error;
  }
}
