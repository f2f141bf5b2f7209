import type { SessionDetails } from '../snapshot/openSessions.ts';

/** An open session, as the book keeps it. */
export type OpenSession = Omit<SessionDetails, 'beforeClear'>;

/** How many sessions are open. */
export interface OpenCounts {
  readonly clients: number;
  readonly replication: number;
}

export function countsOf(sessions: readonly Pick<OpenSession, 'replication'>[]): OpenCounts {
  const replication = sessions.filter((session) => session.replication).length;
  return { clients: sessions.length - replication, replication };
}

/** What is known of a login before it is authorized. */
export interface OpeningSession {
  readonly at?: number | undefined;
  readonly remoteHost?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly authenticationMethod?: string | undefined;
  readonly authenticatedIdentity?: string | undefined;
  readonly hbaRule?: string | undefined;
}
