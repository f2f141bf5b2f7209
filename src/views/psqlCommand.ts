import type { ServerStatus } from '../core/server/serverSnapshot.ts';

type Address = NonNullable<ServerStatus['address']>;

/** The arguments of `psql` for a database of a server; the password is psql's business. */
export function psqlArguments({ host, hostAddress, port, user }: Address, database = 'postgres'): string[] {
  return ['-h', host, '-p', String(port), '-U', user, '-d', connectionTo(database, hostAddress)];
}

/** The same as one line for a POSIX shell, whatever the names hold. */
export function psqlCommand(address: Address, database: string | undefined): string {
  return ['psql', ...psqlArguments(address, database).map(quoted)].join(' ');
}

/** psql reads a name with `=` in it, or one like a URI, as a connection to anywhere: only a plain one is told bare. */
function connectionTo(database: string, hostAddress: string | undefined): string {
  if (hostAddress === undefined && /^[A-Za-z_][\w$-]*$/.test(database)) return database;
  const name = `dbname='${database.replace(/[\\']/g, String.raw`\$&`)}'`;
  return hostAddress === undefined ? name : `${name} hostaddr=${hostAddress}`;
}

function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
