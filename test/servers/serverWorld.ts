import assert from 'node:assert/strict';
import pg from 'pg';
import { defaultThresholds, type FindingChange } from '../../src/core/server/finding.ts';
import type { ServerSnapshot, ServerStatus } from '../../src/core/server/serverSnapshot.ts';
import type { EngineQuestions, QuestionName } from '../../src/protocol/engineMessages.ts';
import type { ServerSettings } from '../../src/protocol/serverQuestions.ts';
import { EngineWorld, settings } from '../engine/engineWorld.ts';
import { startServer, type Server, type ServerOptions } from '../env/servers.ts';
import { eventually } from '../sources/tailWorld.ts';
import { giveBack, lendServer } from './lentServers.ts';

export const serverSettings: ServerSettings = {
  seenMs: 200,
  alertsMs: 600,
  thresholds: { ...defaultThresholds, connectionsPerClient: 1000, idlePerClient: 1000 },
  queryTags: {},
  readOnly: false,
  silenced: [],
};

/** For what only polls tell: a server that answers slowly, because the machine is busy, is polled ever less often. */
const pollsBoundMs = 40_000;

/** A real server, an engine that follows its log and is connected to it, and clients. */
export class ServerWorld {
  readonly engine = new EngineWorld();
  readonly server: Server;
  readonly #clients = new Set<pg.Client>();
  sourceId = '';
  serverId = '';

  private constructor(server: Server) {
    this.server = server;
  }

  /** On a server that other tests have too, one after the other, unless it is to have particular settings. */
  static async start({
    major,
    ...options
  }: Partial<ServerOptions> & { major: number }): Promise<ServerWorld> {
    if (Object.keys(options).length === 0) return new ServerWorld(await lendServer(major));
    const settings = { log_connections: 'on', log_disconnections: 'on', log_line_prefix: '%m [%p] ' };
    return new ServerWorld(
      await startServer({ logTo: 'file', major, ...options, settings: { ...settings, ...options.settings } }),
    );
  }

  ask<Q extends QuestionName>(
    question: Q,
    ask: EngineQuestions[Q]['ask'],
  ): Promise<EngineQuestions[Q]['answer']> {
    return this.engine.ask(question, ask);
  }

  /** Follows the server's log, or another one, until it is read. */
  async follow(path = this.server.logFile): Promise<void> {
    const { status } = await this.ask('follow', { target: { path }, settings });
    this.sourceId = status.sourceId;
    await this.engine.until(this.sourceId, 'it is read', ({ state }) => state === 'following');
  }

  /** Connects to the followed log's own server, or, as somebody or without a log, with a URI. */
  async connect(change: Partial<ServerSettings> = {}, user?: string): Promise<ServerStatus> {
    const uri = `postgres://${user ?? 'postgres'}@127.0.0.1:${this.server.port}/postgres`;
    const target =
      this.sourceId === '' || user !== undefined
        ? { uri, ...(this.sourceId === '' ? {} : { sourceId: this.sourceId }) }
        : { sourceId: this.sourceId };
    const { status } = await this.ask('connectServer', {
      target,
      settings: { ...serverSettings, ...change },
    });
    this.serverId = status.serverId;
    return status;
  }

  /** A client's session; what the server does to it is no error of the test. */
  async client(overrides: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client(this.server.clientConfig({ ssl: false, ...overrides }));
    client.on('error', () => undefined);
    await client.connect();
    this.#clients.add(client);
    return client;
  }

  async leave(client: pg.Client): Promise<void> {
    this.#clients.delete(client);
    await client.end();
  }

  get statuses(): ServerStatus[] {
    return this.engine.told.flatMap((told) =>
      told.type === 'server' && told.status.serverId === this.serverId ? [told.status] : [],
    );
  }

  /** All that was told to have begun, become critical or ended. */
  get changes(): FindingChange[] {
    return this.engine.told.flatMap((told) => (told.type === 'server' ? told.changes : []));
  }

  /** Waits for a status for which the condition holds. */
  async until(what: string, holds: (status: ServerStatus) => boolean): Promise<ServerStatus> {
    await eventually(
      () => this.statuses.some((_, index, all) => index === all.length - 1 && holds(all[index]!)),
      () => `${what}: ${JSON.stringify(this.statuses.at(-1), undefined, 1)}`,
      pollsBoundMs,
    );
    return this.statuses.at(-1)!;
  }

  /** Waits for so many more polls that were answered. */
  async polls(count: number): Promise<void> {
    const times = (): number =>
      new Set(this.statuses.flatMap(({ takenAt }) => (takenAt === undefined ? [] : [takenAt]))).size;
    const before = times();
    await eventually(
      () => times() >= before + count,
      () => 'polls',
      pollsBoundMs,
    );
  }

  async snapshot(sampleId?: number): Promise<ServerSnapshot> {
    const ask = { serverId: this.serverId, ...(sampleId === undefined ? {} : { sampleId }) };
    const { snapshot } = await this.ask('serverSnapshot', ask);
    assert.ok(snapshot);
    return snapshot;
  }

  async end(): Promise<void> {
    await this.engine.end();
    for (const client of this.#clients) await client.end().catch(() => undefined);
    await giveBack(this.server);
  }
}

/** A world for one piece of work, ended with it. */
export async function within(
  options: Parameters<typeof ServerWorld.start>[0],
  work: (running: ServerWorld) => Promise<void>,
): Promise<void> {
  const running = await ServerWorld.start(options);
  try {
    await work(running);
  } finally {
    await running.end();
  }
}

/** Waits until a query of the test's own answers true. */
export async function untilTrue(client: pg.Client, sql: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await valueOf<boolean>(client, sql))) {
    if (performance.now() > deadline) throw new Error(`never true: ${sql}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** One value of a query of the test's own. */
export async function valueOf<T>(client: pg.Client, sql: string, values: unknown[] = []): Promise<T> {
  const { rows } = await client.query<{ value: T }>(`SELECT (${sql}) AS value`, values);
  return rows[0]!.value;
}
