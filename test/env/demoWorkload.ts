import pg from 'pg';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freshDirectory, newestMajor, startServer, type Server } from './servers.ts';

export interface DemoWorkloadOptions {
  /** Ends the workload: every session is closed as its client would. */
  readonly signal: AbortSignal;
  /** How much faster than life: at 20, three seconds bring what a minute would. 1 by default. */
  readonly timeScale?: number;
  /** The same seed brings the same durations, pauses and choices; only the order within milliseconds varies. */
  readonly seed?: number;
  /** Between two who are refused; 20 to 40 by default. */
  readonly refusedPauseSeconds?: Range;
}

type Range = readonly [from: number, to: number];

/** Somebody who opens sessions, holds them and comes back after a pause. */
interface Caller {
  readonly user: string;
  /** One of these each time. */
  readonly databases: readonly string[];
  readonly application?: string;
  readonly password?: string;
  /** Takes the Unix socket, where the platform has one. */
  readonly local?: true;
  /** Sessions opened at the same moment; 1 by default. */
  readonly atOnce?: Range;
  readonly sessionSeconds: Range;
}

interface Regular extends Caller {
  readonly pauseSeconds: Range;
  /** How many of this kind there are, each on its own; 1 by default. */
  readonly count?: number;
}

const password = 'demo';
const databases = ['shop', 'analytics', 'billing'];
/** As many as the dashboard of the reports needs; a few more at once are refused. */
const reportingConnectionLimit = 4;
const metabase = 'Metabase v0.56.4 [5c4e8a3e-2f0b-4c5d-9a57-6f1d0f5b7c21]';

/** `deploy` is let in by pg_hba.conf but is no role; `reporting` may not enter billing. */
const hba = [
  'local all all trust',
  'host all postgres,deploy 127.0.0.1/32 trust',
  'host analytics reporting 127.0.0.1/32 scram-sha-256',
  'host all app,web,alice 127.0.0.1/32 scram-sha-256',
];

/** Together 8 to 20 sessions at most moments. */
const regulars: readonly Regular[] = [
  { ...caller('web', 'shop', 'web-1'), count: 4, sessionSeconds: [60, 240], pauseSeconds: [0, 3] },
  { ...caller('web', 'shop', 'web-2'), count: 3, sessionSeconds: [60, 240], pauseSeconds: [0, 3] },
  { ...caller('app', 'billing', 'worker'), count: 2, sessionSeconds: [3, 20], pauseSeconds: [1, 8] },
  { ...caller('app', 'shop', 'worker'), sessionSeconds: [0.5, 4], pauseSeconds: [2, 6] },
  {
    ...caller('reporting', 'analytics', metabase),
    count: 2,
    sessionSeconds: [40, 180],
    pauseSeconds: [3, 20],
  },
  {
    ...caller('alice', 'analytics', 'DBeaver 25.2.3 - Main'),
    sessionSeconds: [90, 300],
    pauseSeconds: [5, 40],
  },
  {
    ...caller('alice', 'postgres', 'psql'),
    databases: ['postgres', 'shop', 'billing'],
    local: true,
    sessionSeconds: [5, 90],
    pauseSeconds: [3, 30],
  },
  { ...caller('app', 'billing'), sessionSeconds: [0.5, 2], pauseSeconds: [8, 20] },
  { ...caller('web', 'shop', 'web-1'), atOnce: [4, 8], sessionSeconds: [0.5, 3], pauseSeconds: [30, 70] },
];

/** Wrong password, unknown database, no pg_hba.conf entry, unknown role, too many connections for the role. */
const refused: readonly Caller[] = [
  { ...caller('alice', 'analytics', 'psql'), password: 'wrong', sessionSeconds: [1, 1] },
  { ...caller('web', 'shop_v2', 'web-2'), sessionSeconds: [1, 1] },
  { ...caller('reporting', 'billing', metabase), sessionSeconds: [1, 1] },
  { ...caller('deploy', 'shop', 'worker'), sessionSeconds: [1, 1] },
  {
    ...caller('reporting', 'analytics', metabase),
    atOnce: [reportingConnectionLimit + 1, reportingConnectionLimit + 2],
    sessionSeconds: [0.5, 1],
  },
];
const terminatedPauseSeconds: Range = [70, 150];

function caller(user: string, database: string, application?: string) {
  return { user, databases: [database], ...(application === undefined ? {} : { application }) };
}

/**
 * A server of the newest major that logs connections into one file as one of pgrx does, with the databases and
 * roles of the workload. `portBase`: the first free port at or above it.
 */
export async function startDemoServer(portBase?: number): Promise<Server> {
  const server = await startServer({
    major: newestMajor(),
    logTo: 'file',
    settings: { log_connections: 'on', log_disconnections: 'on' },
    hba,
    ...(portBase === undefined ? {} : { portBase }),
  });
  const client = new pg.Client(server.clientConfig({ ssl: false, application_name: 'psql' }));
  await client.connect();
  for (const database of databases) await client.query(`create database ${database}`);
  for (const user of ['app', 'web', 'alice'])
    await client.query(`create role ${user} login password '${password}'`);
  await client.query(
    `create role reporting login password '${password}' connection limit ${reportingConnectionLimit}`,
  );
  await client.end();
  return server;
}

/**
 * A folder to open, whose settings name the log. Not the user's settings: the browser's window is a remote one, and
 * there VS Code takes a machine's settings from the machine or the folder only. With intervals of a minute the
 * history shows something soon.
 */
export function demoFolder(logFile: string): string {
  const folder = join(freshDirectory('w'), 'demo');
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  const settings = { 'pgConnections.log': logFile, 'pgConnections.history.bucketMinutes': 1 };
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings, undefined, 2));
  return folder;
}

/**
 * Traffic as of a small company, on a server of `startDemoServer`: pools that hold, jobs that come and go, a
 * burst now and then, every 20 to 40 s a refused connection and rarely a session ended by the administrator.
 * Resolves when the signal has ended it; fails when the server is gone.
 */
export async function runDemoWorkload(server: Server, options: DemoWorkloadOptions): Promise<void> {
  await new DemoWorkload(server, options).run();
}

class DemoWorkload {
  readonly #server: Server;
  readonly #timeScale: number;
  readonly #seed: number;
  readonly #refusedPauseSeconds: Range;
  /** Aborted by the caller, or by the first of us who finds the server gone. */
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;

  constructor(server: Server, options: DemoWorkloadOptions) {
    const { signal, timeScale = 1, seed = 1 } = options;
    this.#server = server;
    this.#timeScale = timeScale;
    this.#seed = seed;
    this.#refusedPauseSeconds = options.refusedPauseSeconds ?? [20, 40];
    this.#signal = AbortSignal.any([signal, this.#ending.signal]);
  }

  async run(): Promise<void> {
    const each = regulars.flatMap((regular) => Array.from({ length: regular.count ?? 1 }, () => regular));
    const loops = [
      ...each.map((regular) => this.#repeat(regular.pauseSeconds, (random) => this.#call(regular, random))),
      this.#repeat(this.#refusedPauseSeconds, (random) => this.#call(pick(refused, random), random)),
      this.#repeat(terminatedPauseSeconds, () => this.#terminateOne()),
    ];
    // A generator for each, so that what one does never depends on how fast the others are.
    await Promise.all(loops.map((loop, index) => loop(randomFrom(this.#seed * 1_000 + index))));
  }

  /** What repeats the visit, with a pause before each, until the workload ends. */
  #repeat(pauseSeconds: Range, visit: (random: Random) => Promise<void>): (random: Random) => Promise<void> {
    return async (random) => {
      try {
        await this.#pass(within(pauseSeconds, random));
        while (!this.#signal.aborted) {
          await visit(random);
          await this.#pass(within(pauseSeconds, random));
        }
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#ending.abort();
        throw error;
      }
    };
  }

  async #call(who: Caller, random: Random): Promise<void> {
    const sessions = Array.from({ length: Math.round(within(who.atOnce ?? [1, 1], random)) }, () =>
      this.#session(who, pick(who.databases, random), within(who.sessionSeconds, random)),
    );
    await Promise.all(sessions);
  }

  /** Holds a session; a refusal and the administrator's termination are part of the story. */
  async #session(who: Caller, database: string, seconds: number): Promise<void> {
    const client = new pg.Client(this.#clientConfig(who, database));
    const ended = new AbortController();
    client.on('error', () => undefined);
    client.once('end', () => ended.abort());
    try {
      await client.connect();
    } catch (error) {
      if (error instanceof pg.DatabaseError) return;
      throw error;
    }
    await this.#pass(seconds, ended.signal);
    await client.end();
  }

  async #terminateOne(): Promise<void> {
    const client = new pg.Client(
      this.#clientConfig({ user: 'postgres', application: 'psql', local: true }, 'postgres'),
    );
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where state = 'idle' and usename in ('app', 'reporting') order by backend_start limit 1`);
    await client.end();
  }

  #clientConfig(
    who: Pick<Caller, 'user' | 'application' | 'password' | 'local'>,
    database: string,
  ): pg.ClientConfig {
    const { socketDirectory } = this.#server;
    return this.#server.clientConfig({
      user: who.user,
      password: who.password ?? password,
      database,
      ssl: false,
      ...(who.application === undefined ? {} : { application_name: who.application }),
      ...(who.local && socketDirectory !== undefined ? { host: socketDirectory } : {}),
    });
  }

  /** Lets the workload's time pass, shorter when it ends or the session does. */
  async #pass(seconds: number, sessionEnded?: AbortSignal): Promise<void> {
    const signal = sessionEnded === undefined ? this.#signal : AbortSignal.any([this.#signal, sessionEnded]);
    await delay((seconds * 1_000) / this.#timeScale, undefined, { signal }).catch(() => undefined);
  }
}

/** The next number in [0, 1). */
type Random = () => number;

/** mulberry32: small, and good enough for a story. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function within([from, to]: Range, random: Random): number {
  return from + (to - from) * random();
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('Nothing to pick from.');
  return item;
}
