import { clientTroubles, type ClientTrouble } from '../connection/connectionEvent.ts';
import type { OtherForm, RecurringForm } from '../log/recurring.ts';
import type { EndedSession } from './bookFacts.ts';
import { sessionKey } from './processKeys.ts';
import { keyIsPid, keyIsSessionId, type RecurringForms } from './recurringForms.ts';
import { known, portOf, sessionIdOf } from '../log/recurring.ts';
import type { OpeningSession, OpenSession } from './session.ts';
import { authenticatedOpening, receivedOpening, sessionOf } from './sessionMessages.ts';
import {
  authenticatedIn,
  authorizedIn,
  clientTroubleIn,
  connectedAtIn,
  endedAtIn,
  endIn,
  entryHostIn,
  entryPortIn,
  howIn,
  keyIsIn,
  pidIn,
  receivedAtIn,
  receivedHostIn,
  receivedIn,
  receivedPortIn,
  startIn,
  type SessionRows,
} from './sessionRows.ts';

/** What `howIn` says, by its number. */
const hows: readonly EndedSession['how'][] = ['disconnected', 'refused', 'dying', 'lost'];

/** What stands in rows, as the objects that the ordinary reading would have made of the same lines. */
export class RowSessions {
  readonly #rows: SessionRows;
  readonly #forms: RecurringForms;

  constructor(rows: SessionRows, forms: RecurringForms) {
    this.#rows = rows;
    this.#forms = forms;
  }

  key(row: number): string {
    const pid = this.#rows.double(row, pidIn);
    const start = this.#rows.double(row, startIn);
    return keyText(this.#rows.int(row, keyIsIn), start, pid);
  }

  /** What was known of a login before its authorization; undefined = nothing. */
  opening(row: number): OpeningSession | undefined {
    const { message: received } = this.#form(row, receivedIn) ?? {};
    const { message: authenticated } = this.#form(row, authenticatedIn) ?? {};
    let opening: OpeningSession | undefined;
    if (received?.kind === 'received') {
      const at = known(this.#rows.double(row, receivedAtIn));
      const remotePort = portOf(this.#rows.int(row, receivedPortIn));
      const remoteHost = this.#forms.host(this.#rows.int(row, receivedHostIn)) ?? received.remoteHost;
      opening = receivedOpening(at, { ...received, remoteHost, remotePort });
    }
    return authenticated?.kind === 'authenticated' ? authenticatedOpening(opening, authenticated) : opening;
  }

  /** The session of a row that was authorized, with the name that its end told. */
  session(row: number): OpenSession | undefined {
    const { entry, message } = this.#form(row, authorizedIn) ?? {};
    if (!entry || message?.kind !== 'authorized') return undefined;
    const pid = this.#rows.double(row, pidIn);
    const start = this.#rows.double(row, startIn);
    const lineEntry = {
      ...entry,
      pid,
      at: known(this.#rows.double(row, connectedAtIn)),
      sessionId: entry.sessionId === undefined ? undefined : sessionIdOf(start, pid),
      remoteHost: this.#forms.host(this.#rows.int(row, entryHostIn)),
      remotePort: portOf(this.#rows.int(row, entryPortIn)),
    };
    const session = sessionOf(this.key(row), lineEntry, message, this.opening(row));
    const applicationLatest = this.#form(row, endIn)?.entry.applicationName;
    return applicationLatest === undefined ? session : { ...session, applicationLatest };
  }

  ended(row: number): EndedSession {
    const at = known(this.#rows.double(row, endedAtIn));
    return { session: this.session(row), at, how: hows[this.#rows.int(row, howIn)] ?? 'disconnected' };
  }

  /** What was wrong with the client of an open session. */
  clientTrouble(row: number): ClientTrouble | undefined {
    return clientTroubles[this.#rows.int(row, clientTroubleIn) - 1];
  }

  #form(row: number, field: number): RecurringForm | OtherForm | undefined {
    return this.#forms.form(this.#rows.int(row, field));
  }
}

/** The key that lines of this kind give a session (`sessionKey`). */
export function keyText(keyIs: number, startSeconds: number, pid: number): string {
  const sessionId = keyIs === keyIsSessionId ? sessionIdOf(startSeconds, pid) : undefined;
  const sessionStartAt = keyIs === keyIsPid ? undefined : startSeconds * 1000;
  return sessionKey({ severity: 'LOG', message: '', pid, sessionId, sessionStartAt }) ?? '';
}
