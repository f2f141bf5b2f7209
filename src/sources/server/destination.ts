import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import pgpass from 'pgpass/lib/helper.js';
import type { DiscoveredLog } from '../../core/log/logPlace.ts';
import { sentence } from '../../core/sentence.ts';
import { ownAddresses } from '../logging/ownServer.ts';
import { readConninfo, writtenConninfo } from './conninfo.ts';
import type { Conninfo } from './conninfo.ts';
import { defaultPort, placesOf, type Place } from './places.ts';
import { ServerProblem } from './serverProblem.ts';
import { tlsChoices } from './tlsModes.ts';
import type { TlsChoice } from './tlsModes.ts';
import { wantedSessions, type WantedSession } from './wantedSession.ts';

/** Which server: a followed log's own, else a URI, else what PG* variables and the service file say. */
export interface ServerTarget {
  readonly log?: DiscoveredLog | undefined;
  readonly uri?: string | undefined;
  /** Of several places that those name only this one, where the server was reached already. */
  readonly at?: Reached | undefined;
  /** From the secret storage; goes before every other one. */
  readonly password?: string | undefined;
  /** Default: the process's own. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** Where a server was reached. */
export interface Reached extends Pick<Place, 'host' | 'port'> {
  readonly hostAddress?: string | undefined;
}

/** One way to connect. */
export interface Destination extends Place {
  readonly user: string;
  readonly database: string;
  readonly tls: TlsChoice;
  readonly sslNegotiation?: 'direct' | undefined;
  readonly options?: string | undefined;
  readonly connectMs: number;
  /** The only kind of server that is asked for there; undefined = any. */
  readonly wanted?: WantedSession | undefined;
  /** Asked for when the server asks; undefined = there is none. Never kept in a text. */
  readonly password: () => Promise<string | undefined>;
}

const defaultConnectMs = 3000;

/** `user@host:port` of what is tried first, without asking anything. */
export function labelOf(target: ServerTarget): string {
  const { log, uri } = target;
  if (log !== undefined && uri === undefined)
    return `${userInfo().username}@${log.socketDirectory ?? '127.0.0.1'}:${log.port ?? '?'}`;
  try {
    const conninfo = writtenConninfo(uri, target.environment ?? process.env);
    const [place] = placesOf(conninfo);
    return `${userOf(conninfo)}@${place?.host ?? ''}:${place?.port ?? defaultPort}`;
  } catch {
    return 'PostgreSQL';
  }
}

/** Every way that leads to this server, likeliest first; at least one, else rejects with a ServerProblem. */
export async function destinationsOf(target: ServerTarget): Promise<Destination[]> {
  const { log, uri, at, environment = process.env } = target;
  if (log !== undefined && uri === undefined) return ofLog(log, target.password, environment);
  const ways = await ofConninfo(await readConninfo(uri, environment), target.password, environment);
  return at === undefined ? ways : ways.filter((way) => isAt(way, at));
}

function isAt({ host, port, address }: Place, at: Reached): boolean {
  return host === at.host && port === at.port && address === at.hostAddress;
}

async function ofLog(
  log: DiscoveredLog,
  password: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Destination[]> {
  const addresses = await ownAddresses(log);
  if (addresses.length === 0)
    throw new ServerProblem(
      'noServer',
      sentence('Which server writes {0} is not known: connect with a URI.', log.path ?? log.id),
    );
  const given = new Map(Object.entries({ password: password ?? environment['PGPASSWORD'] ?? '' }));
  return addresses.flatMap((address) =>
    ['postgres', address.user].map((database) => {
      const place = { ...address, database, server: 0 };
      const secret = () => passwordFor(place, given, environment);
      return { ...place, tls: false as const, connectMs: defaultConnectMs, password: secret };
    }),
  );
}

async function ofConninfo(
  conninfo: Conninfo,
  password: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Destination[]> {
  const user = userOf(conninfo);
  const named = conninfo.get('dbname');
  const given = password === undefined ? conninfo : new Map([...conninfo, ['password', password]]);
  const found: Destination[] = [];
  for (const place of placesOf(conninfo)) {
    for (const tls of await tlsChoices(conninfo, place.address ?? place.host)) {
      // psql takes the user's name; what a poll asks is the same in every database, and this one is nearly always there
      for (const database of named === undefined ? new Set(['postgres', user]) : [named]) {
        const way = { ...place, user, database };
        const secret = () => passwordFor(way, given, environment);
        found.push({ ...way, ...settingsOf(conninfo), tls, password: secret });
      }
    }
  }
  return wantedSessions(conninfo).flatMap((wanted) => found.map((way) => ({ ...way, wanted })));
}

/**
 * Every way to the console that a PgBouncer's URI names, as for a server; but PG* variables that say which server say
 * nothing of a pooler in front of it, and TLS is only spoken where it is asked for. Rejects with a ServerProblem.
 */
export function consoleWays(uri: string, password: string | undefined): Promise<Destination[]> {
  const conninfo = new Map([
    ['sslmode', 'disable'],
    ...writtenConninfo(undefined, process.env),
    ...Object.entries({
      host: 'localhost',
      hostaddr: '',
      port: '6432',
      options: '',
      target_session_attrs: '',
    }),
    ...writtenConninfo(uri, {}),
  ] as [string, string][]);
  return ofConninfo(conninfo, password, process.env);
}

function settingsOf(conninfo: Conninfo): Pick<Destination, 'sslNegotiation' | 'options' | 'connectMs'> {
  const seconds = Number(conninfo.get('connect_timeout'));
  return {
    sslNegotiation: conninfo.get('sslnegotiation') === 'direct' ? 'direct' : undefined,
    options: conninfo.get('options'),
    // as libpq: 1 counts as 2, and 0 or nothing would wait for ever, which a poll must not
    connectMs: seconds > 0 ? Math.min(60, Math.max(2, seconds)) * 1000 : defaultConnectMs,
  };
}

const userOf = (conninfo: Conninfo): string => conninfo.get('user') ?? userInfo().username;

/** The one that was given, else of the password file (manual, section 34.16), where a socket counts as localhost too. */
async function passwordFor(
  place: Pick<Destination, 'host' | 'port' | 'user' | 'database'>,
  given: Conninfo,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const password = given.get('password');
  if (password !== undefined && password !== '') return password;
  const file = given.get('passfile') ?? pgpass.getFileName(environment);
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined || !pgpass.usePgPass(stats, file)) return undefined;
  const hosts = place.host.startsWith('/') ? [place.host, 'localhost'] : [place.host];
  for (const host of hosts) {
    const found = await new Promise<string | undefined>((resolve) => {
      pgpass.getPassword({ ...place, host }, createReadStream(file), resolve);
    });
    if (found !== undefined) return found;
  }
  return undefined;
}
