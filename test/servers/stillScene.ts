import type pg from 'pg';
import type { ActivitySample } from '../../src/core/server/activity.ts';
import { openServer, type LiveServer } from '../../src/sources/server/liveServer.ts';
import { until } from '../env/scenario/until.ts';
import { type Login, Visitor } from '../env/scenario/visitor.ts';
import { startServer, type Server } from '../env/servers.ts';

/** A session of the scene, and the statement that goes on in it. */
interface Actor {
  readonly visitor: Visitor;
  readonly running: Promise<unknown>;
}

/**
 * A server on which everything stands still: sessions in every state, each with a reason. Whatever is asked of it now, by
 * us or by a query, is the same a moment later, but for the clock; that is given to queries as `now()` of our sample.
 */
export class StillScene {
  readonly server: Server;
  readonly observer: Visitor;
  readonly live: LiveServer;
  readonly #actors = new Map<string, Actor>();
  #sample: ActivitySample | undefined;

  private constructor(server: Server, observer: Visitor) {
    this.server = server;
    this.observer = observer;
    this.live = openServer({
      uri: `postgresql://postgres@127.0.0.1:${server.port}/postgres`,
      environment: {},
    });
  }

  static async set(major: number): Promise<StillScene> {
    const settings = { max_connections: '30', ...(major >= 16 ? { reserved_connections: '2' } : {}) };
    const server = await startServer({ major, logTo: 'file', settings });
    const observer = new Visitor(server, { application: 'observer' });
    await observer.enter();
    const scene = new StillScene(server, observer);
    try {
      await scene.#play();
    } catch (error) {
      await scene.dispose();
      throw error;
    }
    return scene;
  }

  /** The process of one who plays. */
  pid(role: string): number {
    const actor = this.#actors.get(role);
    if (!actor) throw new Error(`Nobody plays ${role}.`);
    return actor.visitor.pid;
  }

  /** Our figures, taken once. */
  async sample(): Promise<ActivitySample> {
    return (this.#sample ??= await this.live.poll());
  }

  /** What the test itself holds: the observer and our own connection. */
  async ours(): Promise<number[]> {
    return [this.observer.pid, (await this.sample()).facts.ownPid];
  }

  /** The sample as if the observer were not there. */
  async others(): Promise<ActivitySample> {
    const sample = await this.sample();
    return { ...sample, backends: sample.backends.filter(({ pid }) => pid !== this.observer.pid) };
  }

  /**
   * Runs a query of the documents: `NOW()` is the moment of our sample, and `CLIENTS` is what the documents should have
   * counted, `pg_stat_activity` without background processes and without ourselves.
   */
  async query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const { serverAt } = await this.sample();
    const now = `to_timestamp(${serverAt} / 1000.0)`;
    const clients = `(SELECT * FROM pg_stat_activity WHERE backend_type = 'client backend'
      AND pid NOT IN (${(await this.ours()).join(', ')})) AS clients`;
    return this.observer.query<Row>(text.replace(/\bnow\(\)/giu, now).replace(/\bCLIENTS\b/gu, clients));
  }

  async dispose(): Promise<void> {
    await this.live.close();
    await this.server.stop('immediate');
    await Promise.allSettled([...this.#actors.values()].map(({ running }) => running));
    await this.server.dispose();
  }

  async #play(): Promise<void> {
    const { observer } = this;
    await observer.query('CREATE ROLE app LOGIN');
    await observer.query('CREATE ROLE standby LOGIN REPLICATION');
    await observer.query('CREATE DATABASE shop OWNER app');
    const app = { user: 'app', database: 'shop' };
    await this.#act('setup', app, 'CREATE TABLE orders (id int)');
    for (const name of ['idle 1', 'idle 2', 'idle 3', 'idle 4', 'idle 5'])
      await this.#act(name, { ...app, application: 'web' }, 'SELECT 1');
    await this.#act('tview', { ...app, application: 'tviews' }, "SELECT 'pg_tviews of orders'");
    await this.#act('REFRESH', { application: 'tviews' }, "SELECT 'REFRESH'");
    await this.#act('over the socket', { ...app, application: 'psql', overSocket: true }, 'SELECT 1');
    await this.#act('holder', { ...app, application: 'cart' }, 'BEGIN', 'LOCK TABLE orders');
    await this.#act('aborted', { ...app, application: 'cart' }, 'BEGIN');
    await this.#actors
      .get('aborted')
      ?.visitor.query('SELECT 1 / 0')
      .catch(() => undefined);
    await this.#goOn('waiter', { ...app, application: 'cart' }, 'SELECT * FROM orders');
    await this.#goOn('next waiter', { ...app, application: 'cart' }, 'TRUNCATE orders');
    await this.#goOn('worker', { ...app, application: 'report' }, 'SELECT pg_sleep(600)');
    await this.#act('just idle', { ...app, application: 'report' }, 'SELECT pg_sleep(0.5)');
    await this.#act('walsender', { user: 'standby', replication: 'true' });
    await this.#parallel({ ...app, application: 'report' });
    await this.#untilStill();
  }

  /** Somebody who comes, does that, and stays. */
  async #act(role: string, login: Login, ...statements: string[]): Promise<void> {
    const visitor = new Visitor(this.server, login);
    const refusal = await visitor.enter();
    if (refusal) throw refusal;
    this.#actors.set(role, { visitor, running: Promise.resolve() });
    for (const statement of statements) await visitor.query(statement);
  }

  /** Somebody who comes and never comes to an end with that. */
  async #goOn(role: string, login: Login, statement: string): Promise<void> {
    await this.#act(role, login);
    const visitor = this.#actors.get(role)?.visitor;
    if (!visitor) return;
    this.#actors.set(role, { visitor, running: visitor.query(statement).catch(() => undefined) });
    await until(`${role} is at it`, async () => {
      const [row] = await this.observer.query<{ state: string }>(
        "SELECT state FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query = $2",
        [visitor.pid, statement],
      );
      return row;
    });
  }

  /** A statement with a process beside it that is in the same database and has no client. */
  async #parallel(login: Login): Promise<void> {
    const setting = this.server.major >= 16 ? 'debug_parallel_query' : 'force_parallel_mode';
    await this.#goOn('parallel', { ...login, options: `-c ${setting}=on` }, 'SELECT pg_sleep(500)');
  }

  /** Waits are noted, the worker has come, and the clock of the server is past all of it. */
  async #untilStill(): Promise<void> {
    await until('everybody is in place', async () => {
      const [row] = await this.observer.query<{ waiting: number; workers: number; senders: number }>(
        `SELECT count(*) FILTER (WHERE wait_event_type = 'Lock')::int AS waiting,
                count(*) FILTER (WHERE backend_type = 'parallel worker' AND state = 'active')::int AS workers,
                count(*) FILTER (WHERE backend_type = 'walsender')::int AS senders
           FROM pg_stat_activity`,
      );
      return row?.waiting === 2 && row.workers === 1 && row.senders === 1 ? row : undefined;
    });
  }
}
