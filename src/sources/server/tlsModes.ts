import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { sentence } from '../../core/sentence.ts';
import type { Conninfo } from './conninfo.ts';
import { ServerProblem, wordsOf } from './serverProblem.ts';

/** How one connection is made: without TLS, or with it. */
export type TlsChoice = false | ConnectionOptions;

/**
 * What an `sslmode` tries, in order (manual, section 34.19.3), with libpq's meaning: `require` does not verify
 * unless a root certificate is there, `verify-ca` takes any name. Without a root certificate `verify-full` trusts what
 * Node trusts. Unix sockets have no TLS. Rejects with a ServerProblem for a certificate that cannot be read.
 */
export async function tlsChoices(conninfo: Conninfo, host: string): Promise<TlsChoice[]> {
  const mode = conninfo.get('sslmode') ?? 'prefer';
  if (mode === 'disable' || host.startsWith('/')) return [false];
  switch (mode) {
    case 'allow':
      return [false, await withTls(conninfo, mode)];
    case 'prefer':
      return [await withTls(conninfo, mode), false];
    case 'require':
    case 'no-verify':
    case 'verify-ca':
    case 'verify-full':
      return [await withTls(conninfo, mode)];
    default:
      throw new ServerProblem(
        'tls',
        sentence(
          'There is no sslmode "{0}": use disable, allow, prefer, require, verify-ca or verify-full.',
          mode,
        ),
      );
  }
}

async function withTls(conninfo: Conninfo, mode: string): Promise<ConnectionOptions> {
  const [cert, key] = await Promise.all([
    certificate(conninfo.get('sslcert')),
    certificate(conninfo.get('sslkey')),
  ]);
  const client = cert === undefined ? {} : { cert, ...(key === undefined ? {} : { key }) };
  const ca = await rootCertificate(conninfo, mode);
  if (mode === 'verify-full') return { ...client, ...(ca === undefined ? {} : { ca }) };
  const verifies = mode === 'verify-ca' || (mode === 'require' && ca !== undefined);
  if (!verifies) return { ...client, rejectUnauthorized: false };
  if (ca === undefined)
    throw new ServerProblem(
      'tls',
      sentence('sslmode "verify-ca" needs a root certificate: name its file in sslrootcert.'),
    );
  return { ...client, ca, checkServerIdentity: () => undefined };
}

/** `sslrootcert`, else libpq's `~/.postgresql/root.crt` where it is there and counts. */
async function rootCertificate(conninfo: Conninfo, mode: string): Promise<string | undefined> {
  const named = conninfo.get('sslrootcert');
  if (mode === 'prefer' || mode === 'allow' || mode === 'no-verify' || named === 'system') return undefined;
  if (named !== undefined) return certificate(named);
  return readFile(join(homedir(), '.postgresql', 'root.crt'), 'utf8').catch(() => undefined);
}

async function certificate(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ServerProblem(
      'tls',
      sentence('The certificate file {0} cannot be read: {1}', file, wordsOf(error)),
    );
  }
}
