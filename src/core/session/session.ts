import type { SessionDetails } from '../snapshot.ts';

/** An open session, as the book keeps it. */
export type OpenSession = Omit<SessionDetails, 'beforeClear'>;

/** What is known of a login before it is authorized. */
export interface OpeningSession {
  readonly at?: number | undefined;
  readonly remoteHost?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly authenticationMethod?: string | undefined;
  readonly authenticatedIdentity?: string | undefined;
  readonly hbaRule?: string | undefined;
}
