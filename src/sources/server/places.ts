import { sentence, type Sentence } from '../../core/sentence.ts';
import type { Conninfo } from './conninfo.ts';
import { ServerProblem } from './serverProblem.ts';

/** Where a connection goes. */
export interface Place {
  /** A socket directory, a name or an address: for TLS, the password file, and whoever reads of it. */
  readonly host: string;
  /** Where to connect in the place of the host (`hostaddr`); undefined = the host itself. */
  readonly address?: string | undefined;
  readonly port: number;
  /** Which of several servers that were named, from 0; other places of the same number lead to the same one. */
  readonly server: number;
}

export const defaultPort = 5432;
/** Where servers put their sockets: Debian's, then PostgreSQL's own default. */
const socketDirectories = ['/var/run/postgresql', '/tmp'];

/**
 * The places that `host`, `hostaddr` and `port` name, in order (manual, 34.1.1.3): each a list, all of one length, a port
 * for all of them too. One that is left open: the Unix sockets' usual places, then localhost. Throws a ServerProblem.
 */
export function placesOf(conninfo: Conninfo): Place[] {
  const hosts = listOf(conninfo.get('host'));
  const addresses = listOf(conninfo.get('hostaddr')).map(mustBeAddress);
  const ports = listOf(conninfo.get('port')).map(portOf);
  const count = Math.max(hosts.length, addresses.length, 1);
  if (addresses.length > 0 && hosts.length > 0 && addresses.length !== hosts.length)
    throw refused(
      sentence(
        '{0} addresses (hostaddr) do not match {1} hosts: give each host its own, or none.',
        addresses.length,
        hosts.length,
      ),
    );
  if (ports.length > 1 && ports.length !== count)
    throw refused(
      sentence(
        '{0} ports do not match {1} hosts: give each host its own, or one for all.',
        ports.length,
        count,
      ),
    );
  return Array.from({ length: count }, (_, server) => {
    const address = addresses[server] || undefined;
    const host = hosts[server] || address;
    const port = ports[ports.length > 1 ? server : 0] ?? defaultPort;
    if (host === undefined) return usualHosts().map((usual) => ({ host: usual, port, server }));
    return [{ host, port, server, ...(address !== undefined && address !== host && { address }) }];
  }).flat();
}

function listOf(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split(',');
}

function usualHosts(): string[] {
  return [...(process.platform === 'win32' ? [] : socketDirectories), 'localhost'];
}

/** A name would be looked up, which hostaddr is there to avoid. */
function mustBeAddress(text: string): string {
  if (text === '' || /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]*(?:%[\w.-]+)?)$/i.test(text))
    return text;
  throw refused(sentence('"{0}" is no IP address: write one in hostaddr, and the name in host.', text));
}

function portOf(text: string): number {
  const port = Number(text || defaultPort);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw refused(sentence('"{0}" is no port: give a number from 1 to 65535.', text));
}

function refused(why: Sentence): ServerProblem {
  return new ServerProblem('refused', why);
}
