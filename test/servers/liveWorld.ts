import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

import type { ActivitySample, Backend } from '../../src/core/server/activity.ts';
import { openServer, type LiveServer, type ServerTarget } from '../../src/sources/server/liveServer.ts';
import { startServer, type Server, type ServerOptions } from '../env/servers.ts';
import { giveBack, lendServer } from './lentServers.ts';

/** A server with clients and watchers, of which `end` leaves nothing. */
export class LiveWorld {
  readonly server: Server;
  readonly #clients: pg.Client[] = [];
  readonly #watchers: LiveServer[] = [];

  private constructor(server: Server) {
    this.server = server;
  }

  /** On a server that other tests have too, one after the other, unless it is to be a particular one. */
  static async start({ major, ...options }: Partial<ServerOptions> & { major: number }): Promise<LiveWorld> {
    const isParticular = Object.keys(options).length > 0;
    return new LiveWorld(
      await (isParticular ? startServer({ logTo: 'file', major, ...options }) : lendServer(major)),
    );
  }

  /** A client's session; what the server does to it is no error of the test. */
  async client(overrides: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client(this.server.clientConfig({ ssl: false, ...overrides }));
    client.on('error', () => undefined);
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  /** A watcher over TCP with a URI; nothing of the process's environment. */
  watch(who = 'postgres', database = 'postgres', more: ServerTarget = {}): LiveServer {
    const uri = `postgres://${who}@127.0.0.1:${this.server.port}/${database}`;
    return this.watchAt({ uri, environment: {}, ...more });
  }

  watchAt(target: ServerTarget): LiveServer {
    const watcher = openServer(target);
    this.#watchers.push(watcher);
    return watcher;
  }

  async end(): Promise<void> {
    for (const watcher of this.#watchers) await watcher.close();
    for (const client of this.#clients) await client.end().catch(() => undefined);
    await giveBack(this.server);
  }
}

/** A world for one piece of work, ended with it. */
export async function inWorld<Result>(
  options: Parameters<typeof LiveWorld.start>[0],
  work: (world: LiveWorld) => Promise<Result>,
): Promise<Result> {
  const world = await LiveWorld.start(options);
  try {
    return await work(world);
  } finally {
    await world.end();
  }
}

/** The pid of a client's backend. */
export async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}

/** Waits until a query of the test's own answers true. */
export async function untilTrue(client: pg.Client, sql: string, values: unknown[] = []): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { rows } = await client.query<{ ok: boolean }>(`SELECT (SELECT ${sql}) AS ok`, values);
    if (rows[0]!.ok) return;
    if (Date.now() > deadline) throw new Error(`never true: ${sql}`);
    await delay(5);
  }
}

export function backendIn(sample: ActivitySample, pid: number): Backend {
  const backend = sample.backends.find((one) => one.pid === pid);
  if (backend === undefined) throw new Error(`${pid} is not in the sample`);
  return backend;
}
