import type { LogEntry } from '../log/logEntry.ts';
import { matchTemplate, messageTemplate } from './messageTemplate.ts';
import { english } from './messageTexts.ts';

/** The server let a login in, as far as its password goes: role, database and limits are checked after this. */
export interface AuthorizedMessage {
  readonly kind: 'authorized';
  readonly user: string;
  /** Undefined for replication, also for logical replication, which has one. */
  readonly database?: string | undefined;
  /** As the client sent it, whole; everywhere else the server cuts it to 63 bytes. */
  readonly applicationName?: string | undefined;
  /** `protocol=TLSv1.3, cipher=…, bits=256` */
  readonly tls?: string | undefined;
  /** `authenticated=yes, encrypted=yes, principal=…` */
  readonly gss?: string | undefined;
  readonly replication: boolean;
}

const databaseText = messageTemplate(english.database)[0];
const applicationText = messageTemplate(english.application)[0];
const tlsTemplates = english.tls.map(messageTemplate);
const gssTemplates = english.gss.map(messageTemplate);
/** What can stand directly behind a name. */
const followers = [applicationText, ...[...tlsTemplates, ...gssTemplates].map(([start]) => start)];

/**
 * Longer ones are no names of PostgreSQL (63 bytes), whatever a misread prefix says; kept short, so that searching
 * one in the message takes time in proportion to the message.
 */
const longestName = 256;

/** Reads what follows `connection authorized: user=`. */
export function readAuthorized(text: string, entry: LogEntry): AuthorizedMessage | undefined {
  const userEnd = endOfUser(text, databaseText, entry, (at) => nameEnds(text, at));
  if (userEnd < 0) return undefined;
  const { name, ...tail } = readTail(text.slice(userEnd + databaseText.length), entry.database);
  return { kind: 'authorized', user: text.slice(0, userEnd), database: name, ...tail, replication: false };
}

/** Reads what follows `replication connection authorized: user=`. */
export function readReplicationAuthorized(text: string, entry: LogEntry): AuthorizedMessage {
  const { name, ...tail } = readTail(text, entry.user);
  return { kind: 'authorized', user: name, ...tail, replication: true };
}

/**
 * Where the user's name ends and `databaseStart` begins, in a text that begins with the name; -1 = nowhere. Names are
 * not quoted and may hold any text, so the entry's own user and database decide where it has them (`startsWith`,
 * because a prefix may cut them); else the first place is taken. `databaseEnds` tells whether a name can end there.
 */
export function endOfUser(
  text: string,
  databaseStart: string,
  { user, database }: LogEntry,
  databaseEnds: (at: number) => boolean,
): number {
  if (isName(user) && text.startsWith(user)) {
    const at = text.indexOf(databaseStart, user.length);
    if (at >= 0) return at;
  }
  if (isName(database)) {
    const both = databaseStart + database;
    for (let at = text.indexOf(both); at >= 0; at = text.indexOf(both, at + 1))
      if (databaseEnds(at + both.length)) return at;
  }
  return text.indexOf(databaseStart);
}

/** Reads a name with its followers: application, TLS, GSS. `known` is the name where the entry has it. */
function readTail(text: string, known: string | undefined) {
  const knownEnd = isName(known) && text.startsWith(known) && nameEnds(text, known.length) ? known.length : 0;
  const gssAt = encryptionAt(text, gssTemplates, knownEnd);
  const beforeGss = text.slice(0, gssAt);
  const tlsAt = encryptionAt(beforeGss, tlsTemplates, knownEnd);
  const plain = beforeGss.slice(0, tlsAt);
  const applicationAt = plain.indexOf(applicationText, knownEnd);
  return {
    name: applicationAt < 0 ? plain : plain.slice(0, applicationAt),
    applicationName:
      applicationAt < 0 ? undefined : plain.slice(applicationAt + applicationText.length) || undefined,
    tls: insideParentheses(beforeGss.slice(tlsAt)),
    gss: insideParentheses(text.slice(gssAt)),
  };
}

/**
 * Where the text about encryption begins that ends the text, at or after `from`; the text's length = nowhere. The end
 * of an application name may look like one: only the whole form counts, with no brackets, and commas only at its end.
 */
function encryptionAt(text: string, templates: typeof tlsTemplates, from: number): number {
  for (const template of templates) {
    const at = text.lastIndexOf(template[0]);
    const values = at < from ? undefined : matchTemplate(template, text.slice(at));
    if (
      values?.every(
        (value, index) => !/[()]/.test(value) && (index === values.length - 1 || !value.includes(',')),
      )
    )
      return at;
  }
  return text.length;
}

function insideParentheses(text: string): string | undefined {
  return text === '' ? undefined : text.slice(text.indexOf('(') + 1, -1);
}

function nameEnds(text: string, at: number): boolean {
  return at === text.length || followers.some((start) => text.startsWith(start, at));
}

function isName(name: string | undefined): name is string {
  return name !== undefined && name.length <= longestName;
}
