import type { DiscoveredLog } from '../../core/log/logPlace.ts';
import { sentence } from '../../core/sentence.ts';
import { requireOwnData } from '../logging/ownServer.ts';
import { destinationsOf, labelOf } from './destination.ts';
import type { Destination, ServerTarget } from './destination.ts';
import { ServerConnection } from './serverConnection.ts';
import { codeOf, noTlsOffered, problemOf, ServerProblem, wordsOf } from './serverProblem.ts';
import type { Asked } from './serverProblem.ts';
import { OtherKind, requireWanted } from './wantedSession.ts';

/** The oldest version whose pg_stat_activity has what we ask for, and that is tested. */
const oldestMajor = 12;

/**
 * Knows the ways to one server, and remembers which one led there: that is the first one next time, so that a
 * server writes no refusals into its log with every reconnection.
 */
export class ServerReach {
  readonly #target: ServerTarget;
  readonly #signal: AbortSignal;
  #known: Destination | undefined;
  #database: string | undefined;

  /** `signal` ends what is being opened. */
  constructor(target: ServerTarget, signal: AbortSignal) {
    this.#target = target;
    this.#signal = signal;
  }

  /** `user@host:port`. */
  get label(): string {
    if (this.#known === undefined) return labelOf(this.#target);
    const { user, host, port } = this.#known;
    return `${user}@${host}:${port}`;
  }

  /** From now on in another database: ours is about to be freed or dropped. */
  moveTo(database: string): void {
    this.#database = database;
  }

  /** Connects; rejects with a ServerProblem. */
  async open(): Promise<ServerConnection> {
    const known = this.#known;
    if (known !== undefined) {
      try {
        return await this.#openAt(this.#moved(known));
      } catch (error) {
        const problem = problemOf(error, askedOf(known));
        if (!mayGoElsewhere(problem)) return this.#openOther({ destination: known, problem, error });
        this.#known = undefined;
      }
    }
    return this.#openAny(await destinationsOf(this.#target));
  }

  /** A second connection, to another database of the same server, for an errand that takes at most so long. */
  async openIn(database: string, longestMs: number): Promise<ServerConnection> {
    if (this.#known === undefined)
      throw new ServerProblem('noServer', sentence('The server was not reached yet.'));
    const elsewhere = { ...this.#known, database };
    try {
      return await ServerConnection.open(elsewhere, this.#signal, longestMs);
    } catch (error) {
      throw problemOf(error, askedOf(elsewhere));
    }
  }

  /** Another one of the servers that were named, in the place of the one that does not answer. */
  async #openOther(failure: Failure): Promise<ServerConnection> {
    const ways = await destinationsOf(this.#target);
    return this.#openAny(
      ways.filter(({ server }) => server !== failure.destination.server),
      [failure],
    );
  }

  async #openAny(destinations: readonly Destination[], failed: Failure[] = []): Promise<ServerConnection> {
    for (const way of destinations) {
      const destination = this.#moved(way);
      if (this.#signal.aborted) break;
      if (failed.some((failure) => isPointless(destination, failure))) continue;
      try {
        const connection = await this.#openAt(destination);
        this.#known = destination;
        return connection;
      } catch (error) {
        const problem = problemOf(error, askedOf(destination));
        failed.push({ destination, problem, error });
        if (problem instanceof OtherServer) throw problem;
      }
    }
    throw mostTelling(failed);
  }

  async #openAt(destination: Destination): Promise<ServerConnection> {
    const connection = await ServerConnection.open(destination, this.#signal);
    try {
      await requireKnown(connection, this.#target.uri === undefined ? this.#target.log : undefined);
      requireWanted(connection.sessionKind, destination.wanted, askedOf(destination).at);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  #moved(destination: Destination): Destination {
    return this.#database === undefined ? destination : { ...destination, database: this.#database };
  }
}

interface Failure {
  readonly destination: Destination;
  readonly problem: ServerProblem;
  readonly error: unknown;
}

/** At the port is not the server of the log. */
class OtherServer extends ServerProblem {}

function isWithoutTls(error: unknown): boolean {
  return noTlsOffered(wordsOf(error));
}

/** Which failure tells more than which. */
const kinds: readonly ServerProblem['kind'][] = [
  'noServer',
  'unreachable',
  'refused',
  'tls',
  'password',
  'full',
];

/** Of several failures the one to show; of two alike the last. */
function mostTelling(failed: readonly Failure[]): ServerProblem {
  // a server without TLS was asked without it next
  const weightOf = ({ problem, error }: Failure) => (isWithoutTls(error) ? -1 : kinds.indexOf(problem.kind));
  const [most] = failed.toReversed().sort((a, b) => weightOf(b) - weightOf(a));
  return most?.problem ?? new ServerProblem('noServer', sentence('There is no server to connect to.'));
}

/** Whom a destination asks, for the sentences. */
export function askedOf({ host, address, port, user, database }: Destination): Asked {
  const at = address === undefined ? `${host}:${port}` : `${host}:${port} (${address})`;
  return { at, host, port, user, database };
}

/** A server that is full, starts, or does not answer is the right one: trying another way would only disturb it. */
function mayGoElsewhere({ kind }: ServerProblem): boolean {
  return kind === 'noServer' || kind === 'refused' || kind === 'tls';
}

/** Whether a way cannot succeed where another one has failed, or is not to be tried. */
function isPointless(next: Destination, { destination, problem, error }: Failure): boolean {
  // as libpq: who answers and lets us not in is the server that was meant, and the next one is not asked
  if (next.server !== destination.server) return !mayAskNext(problem);
  // a full server is full for every role that has no reserved slot, and those slots are not ours to take
  if (problem.kind === 'full' || codeOf(error) === '57P03') return true;
  if (next.host !== destination.host || next.port !== destination.port) return false;
  switch (problem.kind) {
    case 'noServer':
    case 'unreachable':
      return true;
    case 'password':
      return next.user === destination.user;
    case 'tls':
      return next.tls !== false || !isWithoutTls(error);
    case 'refused':
      if (problem instanceof OtherKind) return next.wanted === destination.wanted;
      if (codeOf(error) === '3D000') return next.database === destination.database;
      // pg_hba.conf may let in with TLS only, or without only
      return next.user === destination.user && next.tls === destination.tls;
  }
}

/** Of several servers that were named: one that is not reached, starts or stops, or is of another kind than asked for. */
function mayAskNext(problem: ServerProblem): boolean {
  return problem.kind === 'noServer' || problem.kind === 'unreachable' || problem instanceof OtherKind;
}

async function requireKnown(connection: ServerConnection, log: DiscoveredLog | undefined): Promise<void> {
  const { destination, majorVersion, dataDirectory } = connection;
  if (majorVersion < oldestMajor)
    throw new ServerProblem(
      'refused',
      sentence(
        '{0} is PostgreSQL {1}: only {2} and later can be watched here.',
        askedOf(destination).at,
        majorVersion,
        oldestMajor,
      ),
    );
  if (log === undefined || dataDirectory === undefined) return;
  await requireOwnData(dataDirectory, log).catch((error: unknown) => {
    throw new OtherServer(
      'noServer',
      sentence(
        'The server of the log does not answer ({0}): start it, or connect with a URI.',
        wordsOf(error),
      ),
    );
  });
}
