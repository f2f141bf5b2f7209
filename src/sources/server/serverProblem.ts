import type { Sentence } from '../../core/sentence.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import type { ServerRefusal } from '../../core/server/refusal.ts';

/**
 * Why a server does not answer: no slot is free · the password is missing or wrong · it lets us not in for another
 * reason · it cannot be reached or does not answer in time · TLS fails · nobody listens there.
 */
export type ServerProblemKind = 'full' | 'password' | 'refused' | 'unreachable' | 'tls' | 'noServer';

/** One clear sentence for the user, with its next step; never a password. */
export class ServerProblem extends SentenceError {
  readonly kind: ServerProblemKind;
  /** Of a server that is full: what it said. */
  readonly refusal: ServerRefusal | undefined;

  constructor(kind: ServerProblemKind, { message, args }: Sentence, refusal?: ServerRefusal) {
    super(message, ...args);
    this.kind = kind;
    this.refusal = refusal;
  }
}

/** Whom we asked, as sentences name it. */
export interface Asked {
  /** `host:port`. */
  readonly at: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** No password was given, and the server asks for one. */
export class MissingPassword extends Error {}

/** A statement was not answered in our own time limit. */
export class Unanswered extends Error {}

/** What pg rejects with: the server's fields (protocol, "Error and Notice Message Fields"), or Node's code. */
interface Rejection {
  readonly code?: unknown;
  readonly routine?: unknown;
  readonly severity?: unknown;
}

/** The SQLSTATE, or Node's code of a socket or TLS error. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as Rejection;
  return typeof code === 'string' ? code : '';
}

/** True where the server itself answered, in whatever language. */
export function isFromServer(error: unknown): boolean {
  return typeof ((error ?? {}) as Rejection).severity === 'string';
}

/** The server said that it ends this session: shutdowns, administrators, timeouts, conflicts. */
export function isEndOfSession(error: unknown): boolean {
  return isFromServer(error) && /^(?:57P0|25P0[34]|08)/.test(codeOf(error));
}

/** The server's own words (in its language), or Node's. */
export function wordsOf(error: unknown): string {
  // several addresses of one name, all tried
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** Any rejection as one clear sentence; what already is one stays. */
export function problemOf(error: unknown, asked: Asked): ServerProblem {
  if (error instanceof ServerProblem) return error;
  if (error instanceof SentenceError) return new ServerProblem('refused', error.sentence);
  if (isFromServer(error)) return fromServer(error, asked);
  return fromNode(error, asked);
}

function fromServer(error: unknown, asked: Asked): ServerProblem {
  const words = wordsOf(error);
  const { at, user, database } = asked;
  // the words of PgBouncer's console (admin.c), which knows no SQL
  if (database === 'pgbouncer' && /^invalid command /.test(words))
    return new ServerProblem(
      'refused',
      sentence(
        'The database pgbouncer at {0} is the console of a PgBouncer: name another one, or read it as a pool.',
        at,
      ),
    );
  switch (codeOf(error)) {
    case '53300':
      return tooMany(error as Rejection, asked, words);
    case '28P01':
      return new ServerProblem(
        'password',
        sentence('{0} does not accept this password for {1}: enter it again.', at, user),
      );
    case '28000':
      return notLetIn(error as Rejection, asked, words);
    case '3D000':
      return new ServerProblem(
        'refused',
        sentence('There is no database "{0}" at {1}: name another one.', database, at),
      );
    case '57P03':
      return new ServerProblem(
        'unreachable',
        sentence('{0} takes no connections now ({1}): it is asked again by itself.', at, words),
      );
    case '57P01':
    case '57P02':
      return new ServerProblem(
        'unreachable',
        sentence('{0} ended our connection ({1}): it is asked again by itself.', at, words),
      );
    case '57014':
    case '55P03':
      return notInTime(at);
    default:
      return new ServerProblem(
        'refused',
        sentence('{0} refuses {1} in database "{2}": {3}', at, user, database, words),
      );
  }
}

/** A limit of the role or the database is not the server being full; the routine tells them apart in any language. */
function tooMany({ code, routine }: Rejection, asked: Asked, words: string): ServerProblem {
  const { at, host, port, user, database } = asked;
  if (routine === 'InitializeSessionUserId' || routine === 'CheckMyDatabase')
    return new ServerProblem(
      'refused',
      sentence(
        'The connection limit of {0} or of database "{1}" is reached at {2} ({3}): end sessions, or raise the limit.',
        user,
        database,
        at,
        words,
      ),
    );
  return new ServerProblem(
    'full',
    sentence(
      '{0} is full ({1}): end sessions that nobody needs, or connect as a role that may use reserved slots.',
      at,
      words,
    ),
    { host, port, user, sqlState: String(code), message: words },
  );
}

function notLetIn({ routine }: Rejection, { at, user, database }: Asked, words: string): ServerProblem {
  if (routine === 'ClientAuthentication')
    return new ServerProblem(
      'refused',
      sentence(
        'pg_hba.conf at {0} does not let {1} into database "{2}" from here ({3}): add a line for it and reload.',
        at,
        user,
        database,
        words,
      ),
    );
  return new ServerProblem(
    'refused',
    sentence('{0} does not let {1} in ({2}): connect as another role.', at, user, words),
  );
}

/** Also for a statement that ran into our own time limit. */
function notInTime(at: string): ServerProblem {
  return new ServerProblem(
    'unreachable',
    sentence('{0} does not answer in time: it may be overloaded, or the network drops what we send.', at),
  );
}

const noAddress = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NONAME']);

function fromNode(error: unknown, { at, user }: Asked): ServerProblem {
  const code = codeOf(error);
  const words = wordsOf(error);
  if (error instanceof MissingPassword || /client password must be/.test(words))
    return new ServerProblem(
      'password',
      sentence('{0} asks for the password of {1}: enter it, or put it into the password file.', at, user),
    );
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return new ServerProblem(
      'noServer',
      sentence('No server listens at {0}: start it, or check host and port.', at),
    );
  if (noAddress.has(code))
    return new ServerProblem(
      'unreachable',
      sentence('The host of {0} has no address: check its name, or the network.', at),
    );
  if (error instanceof Unanswered || code === 'ETIMEDOUT' || /timeout expired/.test(words))
    return notInTime(at);
  if (isTls(code, words))
    return new ServerProblem(
      'tls',
      sentence('No TLS connection to {0} ({1}): check sslmode and sslrootcert.', at, words),
    );
  if (code === 'EACCES' || code === 'EPERM')
    return new ServerProblem('refused', sentence('The socket of {0} may not be opened: {1}', at, words));
  return new ServerProblem(
    'unreachable',
    sentence('{0} cannot be reached ({1}): check host, port and network.', at, words),
  );
}

/**
 * TLS is not offered or fails; by the names of OpenSSL's verification errors, as Node gives them (tls, "X509 certificate
 * error codes").
 */
export function isTls(code: string, words: string): boolean {
  return (
    /^ERR_(?:TLS|SSL|OSSL)|CERT|CRL|^UNABLE_TO_|^EPROTO$|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$/.test(
      code,
    ) || noTlsOffered(words)
  );
}

/** pg's words where the server has TLS off, or breaks it off. */
export function noTlsOffered(words: string): boolean {
  return /server does not support SSL|establishing an SSL connection|secure TLS connection/.test(words);
}
