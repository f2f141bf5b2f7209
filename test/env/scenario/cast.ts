import type { Login, Visitor } from './visitor.ts';

/** Roles that may come in without a password; names as people really give them, and as they should not. */
export const users = [
  'app',
  'a b',
  'x=y',
  `o"r`,
  `o'c`,
  'müller',
  '二郎',
  'MixedCase',
  'app@example.org',
  `longest${'_role'.repeat(11)}!`,
] as const;

/** Databases that let everybody in. */
export const databases = ['shop', 'my db', 'a=b', 'été', 'postgres'] as const;

/** What clients call themselves; undefined = they do not. */
export const applications = [
  'web-1',
  'My App (web) [1]',
  undefined,
  'x SSL enabled',
  'tâche ünïcode',
  'user=evil database=postgres',
  'a, b "c"',
] as const;

/** Exists, and needs this password. */
export const keyholder = { user: 'keyholder', password: 'open sesame' };

const forgedEnd = 'x disconnection: session time: 0:00:01.000 user=app';

/**
 * Names that only csv, json or a prefix with %u and %d can tell apart: elsewhere the log is ambiguous. The first
 * and the second of each pair would read alike.
 */
export const strangers: readonly Login[] = [
  { user: 'x database=y', database: 'q' },
  { user: 'x', database: 'q application_name=z' },
  { user: 'x', database: 'q', application: 'z' },
  { user: forgedEnd, database: 'q', application: 'connection authorized: user=x database=q' },
  { user: 'x', database: 'q', application: forgedEnd },
  { user: 'x', database: 'q', application: 'a'.repeat(100), overSocket: true },
  { user: 'x', database: 'q', application: 'host=10.0.0.1 port=1' },
  { user: '[unknown]', database: '[unknown]', overSocket: true },
  { user: 'a,"b"', database: 'q', application: '","' },
];

const strangerDatabases = [...new Set(strangers.map((login) => login.database!))];

/**
 * Who may come in from where. The databases are listed, so that there are some for which no entry fits; `shpo` is
 * the typing error that reaches the server.
 */
export const hba: readonly string[] = ['local', 'host'].flatMap((type) => {
  const from = type === 'host' ? ' 127.0.0.1/32' : '';
  const listed = [...databases, 'shpo', 'tiny', 'closed', 'frozen', ...strangerDatabases]
    .map((name) => `"${name}"`)
    .join(',');
  return [
    `${type} all rejected${from} reject`,
    `${type} all ${keyholder.user}${from} scram-sha-256`,
    `${type} ${listed} all${from} trust`,
    `${type} replication postgres${from} trust`,
  ];
});

/** Creates the roles and databases of the stories. */
export async function castAll(observer: Visitor): Promise<void> {
  for (const user of users) await observer.query(`create role ${quoted(user)} login`);
  await observer.query(`set password_encryption = 'scram-sha-256'`);
  await observer.query(`create role keyholder login password '${keyholder.password}'`);
  await observer.query(`create role rejected login`);
  await observer.query(`create role lodger nologin`);
  await observer.query(`create role crowded login connection limit 0`);
  const copied = await quickestCopy(observer);
  for (const name of databases)
    if (name !== 'postgres') await observer.query(`create database ${quoted(name)}${copied}`);
  await observer.query(`create database tiny connection limit 0${copied}`);
  await observer.query(`create database closed${copied}`);
  await observer.query(`revoke connect on database closed from public`);
  await observer.query(`create database frozen allow_connections false${copied}`);
}

/** Where CREATE DATABASE has a choice (15 and newer), it takes a third of the time if it is not written to the WAL. */
async function quickestCopy(observer: Visitor): Promise<string> {
  const [row] = await observer.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  return row!.version >= 150_000 ? ' strategy file_copy' : '';
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Creates the roles and databases of the strangers. */
export async function castStrangers(observer: Visitor): Promise<void> {
  for (const user of new Set(strangers.map((login) => login.user!)))
    await observer.query(`create role ${quoted(user)} login`);
  const copied = await quickestCopy(observer);
  for (const name of strangerDatabases) await observer.query(`create database ${quoted(name)}${copied}`);
}
