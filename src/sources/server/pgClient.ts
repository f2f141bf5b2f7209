import { isIP, Socket } from 'node:net';
import type pg from 'pg';
import { ownApplicationName } from '../logging/ownName.ts';
import type { Destination } from './destination.ts';
import { MissingPassword, Unanswered } from './serverProblem.ts';

/** What a server that does not even answer is given more than the longest statement. */
export const answerMs = 2000;
const closeMs = 1000;

/** The library's client and the socket below it, which ends also where the server does not answer. */
export interface PgClient {
  readonly client: pg.Client;
  readonly socket: Socket;
}

/**
 * Connects, in at most the destination's time, or until `signal`, and sets it up by `setUp`; rejects with the server's or
 * Node's error, and nothing left open.
 */
export async function openClient<T>(
  destination: Destination,
  signal: AbortSignal,
  longestMs: number,
  setUp: (opened: PgClient) => Promise<T>,
): Promise<T> {
  // a large library, and only needed by those who connect
  const { Client } = (await import('pg')).default;
  signal.throwIfAborted();
  const socket = new Socket();
  const abort = () => socket.destroy();
  signal.addEventListener('abort', abort);
  const client = new Client(configOf(destination, socket, longestMs));
  // a server that goes away ends the running query, which tells enough
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await setUp({ client, socket });
  } catch (error) {
    socket.destroy();
    throw answered(error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** In about a second at most, also where nobody answers any more. */
export async function endClient({ client, socket }: PgClient): Promise<void> {
  const bound = setTimeout(() => socket.destroy(), closeMs);
  await client.end().catch(() => undefined);
  clearTimeout(bound);
  socket.destroy();
}

/** The same error, but for our own time limit an Unanswered. */
export function answered(error: unknown): unknown {
  return error instanceof Error && error.message === 'Query read timeout' ? new Unanswered() : error;
}

/** Whoever answers at the address has to be the host that was named. */
function tlsOf({ tls, host, address }: Destination): pg.ClientConfig['ssl'] {
  if (tls === false || address === undefined) return tls;
  return { ...tls, host, ...(isIP(host) === 0 && { servername: host }) };
}

function configOf(destination: Destination, socket: Socket, longestMs: number): pg.ClientConfig {
  const { host, address, port, user, database, options, connectMs, sslNegotiation } = destination;
  return {
    host: address ?? host,
    port,
    user,
    database,
    ssl: tlsOf(destination),
    application_name: ownApplicationName,
    connectionTimeoutMillis: connectMs,
    query_timeout: longestMs + answerMs,
    keepAlive: true,
    stream: () => socket,
    password: async () => {
      const password = await destination.password();
      if (password === undefined) throw new MissingPassword('no password');
      return password;
    },
    ...(options === undefined ? {} : { options }),
    ...(sslNegotiation === undefined ? {} : { sslnegotiation: sslNegotiation }),
  };
}
