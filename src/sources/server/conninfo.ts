import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse as parseUri } from 'pg-connection-string';
import { sentence } from '../../core/sentence.ts';
import { withOneHost } from '../../core/server/severalHosts.ts';
import { textOf } from '../discovery/smallFile.ts';
import { ServerProblem } from './serverProblem.ts';

/** Connection parameters by libpq's keywords (manual, section 34.1.2). */
export type Conninfo = ReadonlyMap<string, string>;

/** All that libpq 18 knows, and what 12 to 17 did: what is mistyped would lead to a server that nobody asked for. */
const keywords = new Set(
  `application_name authtype channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation
  gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname
  load_balance_hosts max_protocol_version min_protocol_version oauth_client_id oauth_client_secret oauth_issuer oauth_scope
  options passfile password port replication require_auth requirepeer scram_client_key scram_server_key service servicefile
  ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey sslkeylogfile
  sslmode sslnegotiation sslpassword sslrootcert sslsni target_session_attrs tcp_user_timeout tty user`.split(
    /\s+/,
  ),
);

/** Manual, section 34.15. */
const environmentNames: Readonly<Record<string, string>> = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGPASSFILE: 'passfile',
  PGSERVICE: 'service',
  PGOPTIONS: 'options',
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGSSLNEGOTIATION: 'sslnegotiation',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
};

/**
 * What was asked for, completed as libpq does it: the URI (or `host=… dbname=…`), then the service that it or
 * PGSERVICE names, then PG* variables. Reads the service file only where a service is named. Rejects with a
 * ServerProblem for what is no connection string, or a service that is nowhere defined.
 */
export async function readConninfo(
  uri: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Conninfo> {
  const given = writtenConninfo(uri, environment);
  const service = given.get('service');
  if (service === undefined) return given;
  const settings = await readService(service, environment);
  return new Map([
    ...environmentConninfo(environment),
    ...settings,
    ...(uri === undefined ? [] : parseConnectionString(uri)),
  ]);
}

/** The same without the service, and so without reading a file. */
export function writtenConninfo(uri: string | undefined, environment: NodeJS.ProcessEnv): Conninfo {
  const variables = environmentConninfo(environment);
  return uri === undefined ? variables : new Map([...variables, ...parseConnectionString(uri)]);
}

function environmentConninfo(environment: NodeJS.ProcessEnv): Map<string, string> {
  const found = Object.entries(environmentNames).flatMap(([name, keyword]): [string, string][] => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[keyword, value]];
  });
  return new Map(found);
}

/** Reads a URI or libpq's `keyword=value` form. What it throws never repeats the text, which may hold a password. */
function parseConnectionString(text: string): Map<string, string> {
  if (/^(?:postgres(?:ql)?|socket):/i.test(text)) return parseServerUri(text);
  const found = new Map<string, string>();
  let rest = text;
  for (; rest !== '';) {
    const [pair, keyword, quoted, plain = ''] =
      /^\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))\s*/s.exec(rest) ?? [];
    if (pair === undefined || keyword === undefined)
      throw text.includes('=') ? noKeywords() : notUnderstood();
    if (!keywords.has(keyword))
      throw new ServerProblem(
        'refused',
        sentence(
          'There is no connection parameter "{0}": write it as libpq has it, such as host or dbname.',
          keyword,
        ),
      );
    found.set(keyword, (quoted ?? plain).replace(/\\(.)/gs, '$1'));
    rest = rest.slice(pair.length);
  }
  if (found.size === 0) throw notUnderstood();
  return found;
}

/** The library reads what stands before the `?`; the parameters are ours, so that it opens no certificate. */
function parseServerUri(uri: string): Map<string, string> {
  const [base = '', query = ''] = splitOnce(uri, '?');
  const found = new Map<string, string>();
  const several = withOneHost(base);
  try {
    const { user, password, host, port, database } = parseUri(several.uri);
    // the library leaves an encoded slash, question mark or at sign as it is
    const dbname = database && decoded(/^\w+:\/\/[^/]*\/(.*)$/s.exec(base)?.[1] ?? database);
    for (const [keyword, value] of Object.entries({ user, password, host, port, dbname }))
      if (typeof value === 'string' && value !== '') found.set(keyword, value);
  } catch {
    throw notUnderstood();
  }
  for (const [keyword, value] of several.hosts === undefined ? [] : listsOf(several.hosts))
    found.set(keyword, value);
  for (const [keyword, value] of new URLSearchParams(query)) {
    // a socket's URI is node-postgres's own
    const isKnown = keywords.has(keyword) || (keyword === 'ssl' && value === 'true') || /^socket:/i.test(uri);
    if (!isKnown) throw noParameter(keyword, query);
    found.set(keyword, value);
  }
  if (found.get('ssl') === 'true' && !found.has('sslmode')) found.set('sslmode', 'require');
  return found;
}

/** `a:1,[::1]:2` as libpq's two lists. */
function listsOf(hosts: string): [string, string][] {
  const each = hosts.split(',').map((one) => {
    const { host, port = '' } = /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d*))?$/.exec(one)?.groups ?? {};
    // what is no port may be a piece of a password
    if (host === undefined) throw notUnderstood();
    return [decoded(host.replace(/^\[|\]$/g, '')), port] as const;
  });
  return [
    ['host', each.map(([host]) => host).join(',')],
    ['port', each.map(([, port]) => port).join(',')],
  ];
}

/** A `%` that encodes nothing is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function notUnderstood(): ServerProblem {
  return new ServerProblem(
    'refused',
    sentence('This is no PostgreSQL URI: write it like postgres://user@host:5432/database.'),
  );
}

/** What stands before an `@` may be a piece of a password. */
function noParameter(keyword: string, query: string): ServerProblem {
  if (query.includes('@')) return notUnderstood();
  return new ServerProblem(
    'refused',
    sentence(
      'There is no connection parameter "{0}": take it out of the URI, or write it as libpq has it, such as sslmode.',
      keyword,
    ),
  );
}

function noKeywords(): ServerProblem {
  return new ServerProblem(
    'refused',
    sentence('This is no connection string: write it like {0}, or a URI.', '"host=db.example dbname=shop"'),
  );
}

/** Manual, section 34.17: the user's file, else the system's. */
async function readService(service: string, environment: NodeJS.ProcessEnv): Promise<Conninfo> {
  const { PGSERVICEFILE, PGSYSCONFDIR, HOME } = environment;
  const files = [PGSERVICEFILE ?? join(HOME ?? homedir(), '.pg_service.conf')];
  if (PGSYSCONFDIR !== undefined) files.push(join(PGSYSCONFDIR, 'pg_service.conf'));
  for (const file of files) {
    const section = parseServices((await textOf(file)) ?? '').get(service);
    if (section !== undefined) return section;
  }
  throw new ServerProblem(
    'refused',
    sentence('The service "{0}" is not defined in {1}: add it there.', service, files.join(', ')),
  );
}

/** `[name]`, then `keyword=value` lines; `#` begins a comment. */
function parseServices(text: string): ReadonlyMap<string, Conninfo> {
  const services = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    const [, keyword, value] = /^\s*(\w+)=(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      // of two sections of one name the first counts
      section = new Map();
      if (!services.has(name)) services.set(name, section);
    } else if (keyword !== undefined && value !== undefined) section?.set(keyword, value);
  }
  return services;
}
