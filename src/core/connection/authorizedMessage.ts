import type { LogEntry } from '../log/logEntry.ts';
import { languages, wordingsOf, type Wording } from './languages.ts';
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
}

/** The texts that one language puts around the values of these messages, each where it may differ in several. */
interface Form {
  readonly databaseStarts: readonly string[];
  readonly applicationStarts: readonly string[];
  readonly tls: readonly Wording[];
  readonly gss: readonly Wording[];
}

type Reader = (message: string, entry: LogEntry) => AuthorizedMessage | undefined;

/**
 * Longer ones are no names of PostgreSQL (63 bytes), whatever a misread prefix says; kept short, so that searching
 * one in the message takes time in proportion to the message.
 */
const longestName = 256;

/**
 * What reads a message that begins so, in every language. The Japanese of 15 and later says of ordinary sessions what
 * that of 13 said of replication; only the former have a database, so they go first.
 */
export const authorizedReaders: readonly (readonly [start: string, Reader])[] = ['en', ...languages].flatMap(
  (language) => {
    const form = formOf(language);
    const ordinary: Reader = (text, entry) => readAuthorized(text, entry, form);
    const replication: Reader = (text, entry) => readReplicationAuthorized(text, entry, form);
    return [
      ...startsOf(language, [english.authorized, ...english.wholeAuthorized], ordinary),
      ...startsOf(language, [english.replicationAuthorized], replication),
    ];
  },
);

/** The different beginnings of these messages in a language, with what reads the text behind them. */
function startsOf(
  language: string,
  messages: readonly string[],
  read: Reader,
): (readonly [start: string, Reader])[] {
  const starts = new Set(textsIn(language, messages).map(([start]) => start));
  return [...starts].map((start) => [start, (message, entry) => read(message.slice(start.length), entry)]);
}

function textsIn(language: string, messages: readonly string[]): (readonly [start: string, ...string[]])[] {
  return wordingsIn(language, messages).map(({ template }) => template.texts);
}

function wordingsIn(language: string, messages: readonly string[]): Wording[] {
  return messages.flatMap(wordingsOf).filter((wording) => wording.language === language);
}

/** English goes last: what a catalog does not translate is printed in it. */
function formOf(language: string): Form {
  const both = [...new Set([language, 'en'])];
  const pieces = (messages: readonly string[]): Wording[] =>
    both.flatMap((each) => wordingsIn(each, messages));
  const starts = (message: string): string[] => pieces([message]).map(({ template }) => template.texts[0]);
  const whole = wordingsIn(language, english.wholeAuthorized).map(cutSentence);
  return {
    databaseStarts: unique([...whole.map(({ database }) => database), ...starts(english.database)]),
    applicationStarts: unique([
      ...whole.flatMap(({ application }) => application ?? []),
      ...starts(english.application),
    ]),
    tls: [...whole.flatMap(({ tls }) => tls ?? []), ...pieces(english.tls)],
    gss: pieces(english.gss),
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** Cuts a whole sentence into the pieces that 13 and later print one after the other. */
function cutSentence({ msgid, text, language, template }: Wording): {
  database: string;
  application?: string | undefined;
  tls?: Wording | undefined;
} {
  const [, database = '', ...rest] = template.texts;
  const application = msgid.includes(english.application) ? rest.shift() : undefined;
  const [start, ...others] = rest;
  if (start === undefined || others.length === 0) return { database, application };
  const order = others.map((_, index) => index);
  return {
    database,
    application,
    tls: {
      text,
      msgid: msgid.slice(msgid.indexOf(' SSL')),
      language,
      template: { texts: [start, ...others], order },
    },
  };
}

/** Reads what follows `connection authorized: user=`. */
function readAuthorized(text: string, entry: LogEntry, form: Form): AuthorizedMessage | undefined {
  const end = endOfUser(text, form.databaseStarts, entry, (at) => nameEnds(text, at, form));
  if (!end) return undefined;
  const { name, ...tail } = readTail(text.slice(end.databaseAt), entry.database, form);
  return {
    kind: 'authorized',
    user: text.slice(0, end.userEnd),
    database: name,
    ...tail,
    replication: false,
  };
}

/** Reads what follows `replication connection authorized: user=`. */
function readReplicationAuthorized(text: string, entry: LogEntry, form: Form): AuthorizedMessage {
  const { name, ...tail } = readTail(text, entry.user, form);
  return { kind: 'authorized', user: name, ...tail, replication: true };
}

/**
 * Where the user's name ends and where the database's begins behind one of `databaseStarts`, in a text that begins
 * with the user; undefined = nowhere. Names are not quoted and may hold any text, so the entry's own user and
 * database decide where it has them (`startsWith`, because a prefix may cut them); else the first place is taken.
 * `databaseEnds` tells whether a name can end there.
 */
export function endOfUser(
  text: string,
  databaseStarts: readonly string[],
  { user, database }: LogEntry,
  databaseEnds: (at: number) => boolean,
): { userEnd: number; databaseAt: number } | undefined {
  if (isName(user) && text.startsWith(user)) {
    // nothing behind the user: there is no database
    if (text.length === user.length) return undefined;
    const known = databaseStarts.find((start) => text.startsWith(start, user.length));
    if (known !== undefined) return { userEnd: user.length, databaseAt: user.length + known.length };
    for (const start of databaseStarts) {
      const at = text.indexOf(start, user.length);
      if (at >= 0) return { userEnd: at, databaseAt: at + start.length };
    }
  }
  if (isName(database))
    for (const start of databaseStarts) {
      const both = start + database;
      for (let at = text.indexOf(both); at >= 0; at = text.indexOf(both, at + 1))
        if (databaseEnds(at + both.length)) return { userEnd: at, databaseAt: at + start.length };
    }
  for (const start of databaseStarts) {
    const at = text.indexOf(start);
    if (at >= 0) return { userEnd: at, databaseAt: at + start.length };
  }
  return undefined;
}

/** Reads a name with its followers: application, TLS, GSS. `known` is the name where the entry has it. */
function readTail(text: string, known: string | undefined, form: Form) {
  const knownEnd =
    isName(known) && text.startsWith(known) && nameEnds(text, known.length, form) ? known.length : 0;
  const gss = encryptionIn(text, form.gss, knownEnd);
  const beforeGss = text.slice(0, gss?.at);
  const tls = encryptionIn(beforeGss, form.tls, knownEnd);
  const plain = beforeGss.slice(0, tls?.at);
  const application = form.applicationStarts
    .map((start) => ({ start, at: plain.indexOf(start, knownEnd) }))
    .find(({ at }) => at >= 0);
  return {
    name: plain.slice(0, application?.at),
    applicationName: (application && plain.slice(application.at + application.start.length)) || undefined,
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
  for (const { template, msgid } of wordings) {
    const at = text.lastIndexOf(template.texts[0]);
    const values = at < from ? undefined : matchTemplate(template, text.slice(at));
    if (
      values?.every(
        (value, index) => !/[()]/.test(value) && (index === values.length - 1 || !value.includes(',')),
      )
    ) {
      const said = fillTemplate(messageTemplate(msgid), values);
      return { at, inside: said.slice(said.indexOf('(') + 1, -1) };
    }
  }
  return undefined;
}

function nameEnds(text: string, at: number, { applicationStarts, tls, gss }: Form): boolean {
  return (
    at === text.length ||
    applicationStarts.some((start) => text.startsWith(start, at)) ||
    [...tls, ...gss].some(({ template }) => text.startsWith(template.texts[0], at))
  );
}

function isName(name: string | undefined): name is string {
  return name !== undefined && name.length <= longestName;
}
