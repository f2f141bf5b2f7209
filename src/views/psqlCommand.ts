import type { ServerStatus } from '../core/server/serverSnapshot.ts';

type Address = NonNullable<ServerStatus['address']>;

/** The arguments of `psql` for a database of a server; the password is psql's business. */
export function psqlArguments({ host, port, user }: Address, database: string | undefined): string[] {
  return ['-h', host, '-p', String(port), '-U', user, '-d', database ?? 'postgres'];
}

/** The same as one line for a POSIX shell, whatever the names hold. */
export function psqlCommand(address: Address, database: string | undefined): string {
  return ['psql', ...psqlArguments(address, database).map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
