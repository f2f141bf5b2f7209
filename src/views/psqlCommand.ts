import type { ServerStatus } from '../core/server/serverSnapshot.ts';

type Address = NonNullable<ServerStatus['address']>;

/** The arguments of `psql` for a database of a server; the password is psql's business. */
export function psqlArguments({ host, port, user }: Address, database = 'postgres'): string[] {
  return ['-h', host, '-p', String(port), '-U', user, '-d', connectionTo(database)];
}

/** The same as one line for a POSIX shell, whatever the names hold. */
export function psqlCommand(address: Address, database: string | undefined): string {
  return ['psql', ...psqlArguments(address, database).map(quoted)].join(' ');
}

/** psql reads a name with `=` in it, or one like a URI, as a connection to anywhere: only a plain one is told bare. */
function connectionTo(database: string): string {
  if (/^[A-Za-z_][\w$-]*$/.test(database)) return database;
  return `dbname='${database.replace(/[\\']/g, String.raw`\$&`)}'`;
}

function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
