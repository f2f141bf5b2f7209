import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../freePort.ts';
import type { Server } from '../servers.ts';
import { giveToServerUser } from '../serverUser.ts';
import { keyholder } from './cast.ts';
import type { Visitor } from './visitor.ts';

/** What a server can do that not every build can: ask LDAP, PAM or Kerberos. */
export interface Abilities {
  readonly directories: boolean;
}

const from = '127.0.0.1/32';

/** Who is let in, and by which method not. */
export async function failureHba({ directories }: Abilities): Promise<string[]> {
  const deadPort = await freePort();
  const ldap = `ldap ldapserver=127.0.0.1 ldapport=${deadPort} ldapprefix="cn="`;
  return [
    'local all postgres,app trust',
    'local all peered peer',
    'local all mapped peer map=nobody',
    `host all,replication postgres ${from} trust`,
    `host replication app ${from} trust`,
    `host all,replication rejected ${from} reject`,
    `host all keyholder,expired,passwordless,missing,slow ${from} scram-sha-256`,
    `host all clear ${from} password`,
    `host all idented ${from} ident`,
    `host all radiused ${from} radius radiusservers="127.0.0.1" radiussecrets="x" radiusports="${deadPort}"`,
    `hostssl all certified ${from} cert`,
    ...(directories
      ? [`host all ldap ${from} ${ldap}`, `host all pam ${from} pam`, `host all gss ${from} gss`]
      : []),
    `host postgres,shop,nowhere,closed,frozen,tiny,broken all ${from} trust`,
  ];
}

/** Creates the roles and databases that logins fail for. */
export async function castFailures(observer: Visitor): Promise<void> {
  for (const statement of [
    `set password_encryption = 'scram-sha-256'`,
    `create role keyholder login password '${keyholder.password}'`,
    `create role clear login password 'x'`,
    `create role slow login password 'x'`,
    `create role expired login password 'x' valid until '2001-01-01'`,
    'create role passwordless login',
    'create role app login',
    'create role "a ""b"" c" login',
    'create role peered login',
    'create role mapped login',
    'create role lodger nologin',
    'create role crowded login connection limit 0',
    'create role hooked login',
    `alter role hooked set session_preload_libraries = 'no_such_library'`,
    'create database shop',
    'create database closed',
    'revoke connect on database closed from public',
    'create database frozen allow_connections false',
    'create database tiny connection limit 0',
    'create database broken',
    `update pg_database set datconnlimit = -2 where datname = 'broken'`,
  ])
    await observer.query(statement);
}

/** Gives the server a certificate, which is the only one that it trusts in clients too. */
export function certify(server: Server): { readonly cert: Buffer; readonly key: Buffer } {
  const [key, cert] = ['server.key', 'server.crt'].map((name) => join(server.dataDirectory, name)) as [
    string,
    string,
  ];
  const subject = ['-subj', '/CN=localhost', '-days', '36500'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', key, '-out', cert],
    {
      stdio: 'ignore',
    },
  );
  for (const path of [key, cert]) {
    chmodSync(path, 0o600);
    giveToServerUser(path);
  }
  server.configure({ ssl: 'on', ssl_ca_file: 'server.crt' });
  server.reload();
  return { cert: readFileSync(cert), key: readFileSync(key) };
}
