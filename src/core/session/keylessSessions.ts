import type { TroubleFacts } from '../connection/connectionEvent.ts';
import type { DisconnectionMessage } from '../connection/connectionMessage.ts';
import type { OpenSession } from './session.ts';

/** Every key that is given here begins so; no session id and no pid does. */
const keyStart = 'login ';
/** Times in whole seconds are cut, and a session's time is taken a moment before its line's. */
const toleranceMs = 2000;
/** Logins among which a refusal's is looked for: it follows within so many of others, and within this time. */
const mostYoung = 64;
const longestStartupMs = 60_000;

/**
 * The open sessions of a log that tells neither process nor session id. A disconnection line says who the session was
 * and when it began, which is nearly as good; a refusal names the user or the database of a login just let in.
 */
export class KeylessSessions {
  /** By user and database, oldest first. */
  readonly #byNames = new Map<string, OpenSession[]>();
  #young: OpenSession[] = [];

  /** The key of the login with this number. */
  static keyOf(number: number): string {
    return `${keyStart}${number}`;
  }

  /** A session was let in; nothing happens if it has another key. */
  enter(session: OpenSession): void {
    if (!session.key.startsWith(keyStart)) return;
    const names = namesOf(session.user, session.database);
    const same = this.#byNames.get(names);
    if (same) same.push(session);
    else this.#byNames.set(names, [session]);
    this.#young.push(session);
    if (this.#young.length > 2 * mostYoung) this.#young = this.#young.slice(-mostYoung);
  }

  /** A session is over, however it ended. */
  leave(session: OpenSession): void {
    if (!session.key.startsWith(keyStart)) return;
    const names = namesOf(session.user, session.database);
    const same = this.#byNames.get(names)?.filter((other) => other !== session) ?? [];
    if (same.length > 0) this.#byNames.set(names, same);
    else this.#byNames.delete(names);
    this.#young = this.#young.filter((other) => other !== session);
  }

  /** The key of the session whose end this is: of those with its names the first that was let in after it began. */
  ended({ user, database, sessionTimeMs }: DisconnectionMessage, at: number | undefined): string | undefined {
    const same = this.#byNames.get(namesOf(user, database));
    if (at === undefined) return same?.[0]?.key;
    const earliest = at - sessionTimeMs - toleranceMs;
    const latest = at - sessionTimeMs + longestStartupMs;
    const fits = ({ connectedAt = at }: OpenSession): boolean =>
      connectedAt >= earliest && connectedAt <= latest;
    return same?.find(fits)?.key;
  }

  /** The key of the login that was let in last and that this refusal can mean. */
  refused({ user, database, at }: TroubleFacts): string | undefined {
    return this.#young.findLast(
      (session) =>
        (user === undefined || user === session.user) &&
        (database === undefined || database === session.database) &&
        (at === undefined || at - (session.connectedAt ?? at) < longestStartupMs),
    )?.key;
  }

  /** The key of the login that was let in last. */
  get latest(): string | undefined {
    return this.#young.at(-1)?.key;
  }
}

function namesOf(user: string | undefined, database: string | undefined): string {
  return `${user ?? ''} ${database ?? ''}`;
}
