import type { LogEntry } from '../log/logEntry.ts';
import { firstPiece, formOf, wordingsIn, type Form, type Pieces } from './authorizedForm.ts';
import type { Vocabulary, Wording } from './languages.ts';
import { fillTemplate, matchTemplate, messageTemplate } from './messageTemplate.ts';
import { english } from './messageTexts.ts';

/** The server let a login in, as far as its password goes: role, database and limits are checked after this. */
export interface AuthorizedMessage {
  readonly kind: 'authorized';
  readonly user: string;
  /** Undefined for replication, also for logical replication, which has one. */
  readonly database?: string | undefined;
  /** As the client sent it, whole; everywhere else the server cuts it to 63 bytes. */
  readonly applicationName?: string | undefined;
  /** `protocol=TLSv1.3, cipher=…, bits=256`, in English whatever the log says. */
  readonly tls?: string | undefined;
  /** `authenticated=yes, encrypted=yes, principal=…` */
  readonly gss?: string | undefined;
  readonly replication: boolean;
  /** The names could be told apart in several ways, and nothing else says which is right: the first was taken. */
  readonly namesAreGuessed?: boolean | undefined;
}

type Reader = (text: string, entry: LogEntry, form: Form) => AuthorizedMessage | undefined;
type StartedReader = readonly [
  start: string,
  (message: string, entry: LogEntry) => AuthorizedMessage | undefined,
];

/**
 * Longer ones are no names of PostgreSQL (63 bytes), whatever a misread prefix says; kept short, so that searching
 * one in the message takes time in proportion to the message.
 */
const longestName = 256;

/**
 * What reads a message that begins so, in every language. Some translators used the words of ordinary sessions for
 * replication, in another release or in one sentence of several: only the former have a database, so they go first.
 */
export function authorizedReaders({ languages }: Vocabulary): StartedReader[] {
  const { authorized, wholeAuthorized, replicationAuthorized, wholeReplicationAuthorized } = english;
  return languages.flatMap((language) => [
    ...readersOf(language, [authorized, ...wholeAuthorized], readAuthorized),
    ...readersOf(language, [replicationAuthorized, ...wholeReplicationAuthorized], readReplicationAuthorized),
  ]);
}

/** The different beginnings of these messages in a language, with what reads the text behind them. */
function readersOf(language: string, messages: readonly string[], read: Reader): StartedReader[] {
  const form = formOf(language);
  const starts = new Set(wordingsIn(language, messages).map(({ template }) => template.texts[0]));
  return [...starts].map((start) => [
    start,
    (message, entry) => read(message.slice(start.length), entry, form),
  ]);
}

/** Reads what follows `connection authorized: user=`. */
function readAuthorized(text: string, entry: LogEntry, form: Form): AuthorizedMessage | undefined {
  const end = endOfUser(text, form.database, entry, (at) => nameEnds(text, at, form));
  if (!end) return undefined;
  const rest = text.slice(end.databaseAt);
  const { name, ...tail } = readTail(rest, entry.database, form);
  return {
    kind: 'authorized',
    user: text.slice(0, end.userEnd),
    database: name,
    ...tail,
    replication: false,
    ...(!areKnown(entry) && couldBeOthers(rest, form) ? { namesAreGuessed: true } : {}),
  };
}

/** Reads what follows `replication connection authorized: user=`. */
function readReplicationAuthorized(text: string, entry: LogEntry, form: Form): AuthorizedMessage {
  const { name, ...tail } = readTail(text, entry.user, form);
  return { kind: 'authorized', user: name, ...tail, replication: true };
}

/**
 * Where the user's name ends and where the database's begins behind what stands between them, in a text that begins
 * with the user; undefined = nowhere. Names are not quoted and may hold any text, so the entry's own user and
 * database decide where it has them (`startsWith`, because a prefix may cut them); else the first place is taken.
 * `databaseEnds` tells whether a name can end there.
 */
export function endOfUser(
  text: string,
  between: Pieces,
  { user, database }: LogEntry,
  databaseEnds: (at: number) => boolean,
): { userEnd: number; databaseAt: number } | undefined {
  const endAt = (found: { at: number; piece: string } | undefined) =>
    found && { userEnd: found.at, databaseAt: found.at + found.piece.length };
  if (isName(user) && text.startsWith(user)) {
    const piece = between.flat().find((each) => text.startsWith(each, user.length));
    if (piece !== undefined) return endAt({ at: user.length, piece });
    // what follows a database follows the user: there is none
    if (databaseEnds(user.length)) return undefined;
    const later = firstPiece(text, between, user.length);
    if (later) return endAt(later);
  }
  if (isName(database))
    for (const piece of between.flat()) {
      const both = piece + database;
      for (let at = text.indexOf(both); at >= 0; at = text.indexOf(both, at + 1))
        if (databaseEnds(at + both.length)) return endAt({ at, piece });
    }
  return endAt(firstPiece(text, between, 0));
}

/** Reads a name with its followers: application, TLS, GSS. `known` is the name where the entry has it. */
function readTail(text: string, known: string | undefined, form: Form) {
  const knownEnd =
    isName(known) && text.startsWith(known) && nameEnds(text, known.length, form) ? known.length : 0;
  const gss = encryptionIn(text, form.gss, knownEnd);
  const beforeGss = text.slice(0, gss?.at);
  const tls = encryptionIn(beforeGss, form.tls, knownEnd);
  const plain = beforeGss.slice(0, tls?.at);
  const application = firstPiece(plain, form.application, knownEnd);
  return {
    name: plain.slice(0, application?.at),
    applicationName: (application && plain.slice(application.at + application.piece.length)) || undefined,
    tls: tls?.inside,
    gss: gss?.inside,
  };
}

/**
 * The text about encryption that ends the text, at or after `from`: where it begins, and what it says, in English. The
 * end of an application name may look like one: only the whole form counts, with no brackets, and commas only at its
 * end.
 */
function encryptionIn(
  text: string,
  wordings: readonly Wording[],
  from: number,
): { at: number; inside: string } | undefined {
  let found: { at: number; inside: string } | undefined;
  for (const { template, msgid } of wordings) {
    const at = text.lastIndexOf(template.texts[0]);
    // of `, SSL …` and ` SSL …` the former
    const values =
      at < from || at >= (found?.at ?? text.length) ? undefined : matchTemplate(template, text.slice(at));
    const isWhole = values?.every(
      (value, index) => !/[()]/.test(value) && (index === values.length - 1 || !value.includes(',')),
    );
    if (!values || isWhole !== true) continue;
    const said = fillTemplate(messageTemplate(msgid), values);
    found = { at, inside: said.slice(said.indexOf('(') + 1, -1) };
  }
  return found;
}

function nameEnds(text: string, at: number, { application, tls, gss }: Form): boolean {
  return (
    at === text.length ||
    application.flat().some((start) => text.startsWith(start, at)) ||
    [...tls, ...gss].some(({ template }) => text.startsWith(template.texts[0], at))
  );
}

function areKnown({ user, database }: LogEntry): boolean {
  return isName(user) && isName(database);
}

/**
 * Does what follows the first text between two names have such a text again? A name with it in it reads alike. (An
 * application may well be called `x database=y`; a role with an application in its name is none.)
 */
function couldBeOthers(rest: string, { database, application }: Form): boolean {
  const named = firstPiece(rest, application, 0);
  return (
    firstPiece(rest.slice(0, named?.at), database, 0) !== undefined ||
    (named !== undefined && firstPiece(rest, application, named.at + named.piece.length) !== undefined)
  );
}

function isName(name: string | undefined): name is string {
  return name !== undefined && name.length <= longestName;
}
