import pg from 'pg';

import { newestMajor, startServer, type Server } from '../env/servers.ts';

/** A session that a client of the shop holds, as its log tells of it. */
export interface HeldSession {
  readonly user: string;
  readonly database: string;
  /** Undefined: the client gives none. */
  readonly application: string | undefined;
  readonly host: string;
  readonly pid: number;
  readonly client: pg.Client;
}

type Login = Pick<HeldSession, 'user' | 'database' | 'application'> & {
  readonly overSocket?: boolean;
  readonly password?: string;
};

const password = 'open sesame';
/** Names as no sane person gives them: markup, a control sequence, and marks that reverse the text around them. */
export const hostile = {
  application: '<img src=x onerror=alert(1)>',
  database: '**shop** [x](command:workbench.action.quit) $(flame)',
  user: 'eve\u202Enimda\u001B[31m',
} as const;

const databases = ['shop', 'analytics', hostile.database];
const roles = ['web', 'app', 'alice', hostile.user];

/** Who stays connected while the tests look. */
const logins: readonly Login[] = [
  ...times(4, { user: 'web', database: 'shop', application: 'web-1' }),
  ...times(2, { user: 'web', database: 'shop', application: 'web-2' }),
  { user: 'app', database: 'shop', application: 'worker' },
  { user: 'app', database: 'analytics', application: 'worker' },
  { user: 'alice', database: 'analytics', application: 'DBeaver 25.2.3 - Main' },
  { user: 'alice', database: 'analytics', application: undefined, overSocket: true },
  { user: 'postgres', database: 'postgres', application: 'psql', overSocket: true },
];

/** `deploy` is let in by pg_hba.conf but is no role, and for mallory there is no line. */
const hba = [
  'local all all trust',
  'host all postgres,deploy 127.0.0.1/32 trust',
  'host shop,analytics,shpo web,app,alice 127.0.0.1/32 scram-sha-256',
];

/** A real server of a small shop that logs its connections into one file, with sessions and refused logins. */
export class Shop {
  readonly server: Server;
  /** Who is connected now. */
  readonly sessions: HeldSession[] = [];
  /** What the log has to tell so far. */
  readonly totals = { connects: 0, disconnects: 0, failed: 0 };

  /** Use `openShop`. */
  constructor(server: Server) {
    this.server = server;
  }

  /** How many sessions are held of each name, largest first, then by name. */
  counts(dimension: 'user' | 'database' | 'application'): [name: string, count: number][] {
    const counts = new Map<string, number>();
    for (const session of this.sessions) {
      const name = session[dimension] ?? 'unknown';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  }

  /** Connects and stays. */
  async hold(login: Login): Promise<HeldSession> {
    const client = this.#client(login);
    client.on('error', () => undefined);
    await client.connect();
    const pid = (client as unknown as { processID: number }).processID;
    const { user, database, application } = login;
    const host = login.overSocket === true ? '[local]' : '127.0.0.1';
    const session = { user, database, application, host, pid, client };
    this.sessions.push(session);
    this.totals.connects++;
    return session;
  }

  /** Leaves as a client does. */
  async leave(session: HeldSession): Promise<void> {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    await session.client.end();
    this.totals.disconnects++;
  }

  /** Ends a session as the administrator does. */
  async terminate(session: HeldSession): Promise<void> {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    await this.run(`select pg_terminate_backend(${session.pid})`);
    this.totals.disconnects++;
  }

  /** Tries to connect, and must be turned away. */
  async refuse(login: Login): Promise<void> {
    const client = this.#client(login);
    const refusal: unknown = await client.connect().catch((error: unknown) => error);
    if (!(refusal instanceof pg.DatabaseError)) throw new Error('The server let somebody in it should not.');
    this.totals.failed++;
  }

  /** Runs SQL as the superuser, over the socket. */
  async run(...statements: string[]): Promise<void> {
    const client = this.#client({
      user: 'postgres',
      database: 'postgres',
      application: 'setup',
      overSocket: true,
    });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
    this.totals.connects++;
    this.totals.disconnects++;
  }

  /** What new sessions have these settings at. */
  async settings(...names: readonly string[]): Promise<string[]> {
    const client = this.#client({
      user: 'postgres',
      database: 'postgres',
      application: 'setup',
      overSocket: true,
    });
    await client.connect();
    const query =
      'select current_setting(name) as value from unnest($1::text[]) with ordinality as t(name, n) order by n';
    const { rows } = await client.query<{ value: string }>(query, [names]);
    await client.end();
    return rows.map(({ value }) => value);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.sessions.map(({ client }) => client.end().catch(() => undefined)));
    await this.server.dispose();
  }

  #client({ user, database, application, overSocket, password: given = password }: Login): pg.Client {
    const host = overSocket === true ? this.server.socketDirectory : undefined;
    return new pg.Client(
      this.server.clientConfig({
        user,
        database,
        password: given,
        ssl: false,
        ...(application !== undefined && { application_name: application }),
        ...(host !== undefined && { host }),
      }),
    );
  }
}

/** Starts the server, connects everybody who stays, and turns away everybody who may not come in. */
export async function openShop(settings: Readonly<Record<string, string>>): Promise<Shop> {
  const shop = new Shop(await startServer({ major: newestMajor(), logTo: 'file', settings, hba }));
  try {
    const quoted = (name: string): string => pg.escapeIdentifier(name);
    await shop.run(
      ...databases.map((name) => `create database ${quoted(name)} strategy file_copy`),
      ...roles.map((name) => `create role ${quoted(name)} login password '${password}'`),
    );
    for (const login of logins) await shop.hold(login);
    return shop;
  } catch (error) {
    await shop.dispose();
    throw error;
  }
}

/** Somebody of every kind is turned away: three times the same wrong password, then once each. */
export async function turnAway(shop: Shop): Promise<void> {
  const wrong = { user: 'alice', database: 'analytics', application: 'psql', password: 'wrong' };
  for (let attempt = 0; attempt < 3; attempt++) await shop.refuse(wrong);
  await shop.refuse({ user: 'web', database: 'shpo', application: 'web-2' });
  await shop.refuse({ user: 'deploy', database: 'shop', application: 'ci' });
  await shop.refuse({ user: 'mallory', database: 'shop', application: undefined });
}

function times(count: number, login: Login): Login[] {
  return Array.from({ length: count }, () => login);
}
