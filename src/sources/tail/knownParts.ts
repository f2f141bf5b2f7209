import { isUtf8 } from 'node:buffer';
import { isOfAStatement, parseConnectionMessage } from '../../core/connection/connectionMessage.ts';
import type { LogEntry, Severity } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { isAscii } from '../../core/isAscii.ts';
import { areTypical, namedHead, type PlainHead } from '../../core/log/plainHead.ts';
import { hostInMessage, type OtherForm, type RecurringForm } from '../../core/log/recurring.ts';

/**
 * What stands in a line besides its numbers, one character a byte: before its severity, from there to the end of its
 * message (stderr: to the end of the entry), and behind it.
 */
export interface LineParts {
  /** All of it. */
  readonly whole: string;
  readonly head: string;
  readonly message: string;
  readonly rest: string;
}

type Form = RecurringForm | OtherForm;

/** A form made of known parts. */
export interface KnownForm {
  readonly form: Form;
  /** Else its message has to be read: which names it tells may depend on its head. */
  readonly isRead: boolean;
}

/** Heads that are remembered without having been read, and texts of sections. */
const mostHeads = 65_536;
const mostTexts = 1024;
/** Stands for a head that the lines of an entry's sections repeat: no byte is it. */
const sameHead = '\u0100';
/** Two labels in one line: names could look like the first. */
const twoLabels = /: {2}.*: {2}/;
/** And in what is one line, whatever numbers divide it. */
const twoLabelsInAll = /: {2}[^]*: {2}/;
/** A severity that stands before its message without an SQLSTATE (log_error_verbosity = verbose). */
const plainLabel = /^(LOG|FATAL): {2}(?![0-9A-Z]{5}: )/;
/** An SQLSTATE. */
const code = /^[0-9A-Z]{5}$/;
/** Keys of json that stand before the rest of a record, and count if they come again in it, however spelled. */
const otherKeys =
  /\\u|"(?:timestamp|user|dbname|pid|remote_(?:host|port)|session_(?:id|start)|ps|error_severity|state_code|message)"\s*:/;

/**
 * Parts of lines that were read the ordinary way, each with what was read of a line that has it. Who is named before the
 * severity, and what the message says, are the same whatever stands beside them, where each can be read in one way only:
 * so the form of a line whose parts are all known need not be read.
 */
export class KnownParts {
  /** Undefined = it can be read in several ways. */
  readonly #heads = new Map<string, LogEntry | undefined>();
  /** What heads say whose names are plain, by what stands in them besides their code. */
  readonly #uncoded = new Map<string, LogEntry>();
  /** And of each kind of head whose names are plain one that has such. */
  readonly #kinds = new Map<string, LogEntry>();
  /** Heads of lines of a DETAIL, CONTEXT, …; and whether, in such a text, a head could end before another label. */
  readonly #sectionHeads = new Set<string>();
  readonly #sectionTexts = new Map<string, boolean>();
  /** And kinds of such heads, with names of which the typical ones can be read in one way. */
  readonly #sectionKinds = new Set<string>();
  readonly #messages = new Map<string, Form>();
  readonly #rests = new Map<string, LogEntry>();

  clear(): void {
    this.#heads.clear();
    this.#uncoded.clear();
    this.#kinds.clear();
    this.#sectionHeads.clear();
    this.#sectionTexts.clear();
    this.#sectionKinds.clear();
    this.#messages.clear();
    this.#rests.clear();
  }

  /** Takes note of the parts of a form; `isOneWay`: can its first line be read in one way only? Undefined = that is not known. */
  note(parts: LineParts, form: Form, format: LogFormat, isOneWay: () => boolean | undefined): void {
    const { entry } = form;
    const { head, rest } = parts;
    if (![head, parts.message, rest].every((part) => isUtf8(Buffer.from(part, 'latin1')))) return;
    if (format.name === 'json' && otherKeys.test(rest)) return;
    const isInLines = format.name === 'stderr';
    const message = messageKey(parts, format);
    const isAmbiguous = form.message ? twoLabelsInAll : twoLabels;
    if (isInLines && (twoLabels.test(head) || isAmbiguous.test(message))) return;
    // else the SQLSTATE is the message's
    const isHeads = !isInLines || plainLabel.test(message);
    if (isHeads && !this.#heads.has(head)) {
      const isCertain = isInLines ? isOneWay() : true;
      // what continues a line begins with a TAB
      const isPlain = !isInLines || (!head.includes('\t') && entry.fromClient !== false);
      if (isCertain !== undefined) this.#noteHead(head, isCertain && isPlain ? entry : undefined, format);
    }
    this.#messages.set(message, form);
    this.#rests.set(rest, entry);
  }

  /**
   * What a line with these parts is like, but for the numbers; undefined = not all are known. The message need not be:
   * `text` answers it, of stderr if the entry is a line, of a record with its severity.
   */
  formOf(parts: LineParts, format: LogFormat, text: () => string | undefined): KnownForm | undefined {
    const head = this.#heads.has(parts.head)
      ? this.#heads.get(parts.head)
      : this.#headLike(parts.head, format);
    const rest = this.#rests.get(parts.rest);
    if (!head || !rest || (isFixed(head.remoteHost) && tellsNumber(parts))) return undefined;
    const key = messageKey(parts, format);
    const like = this.#messages.get(key);
    if (like && head.remoteHost !== undefined && !isFixed(head.remoteHost) && isFixedIn(like, parts))
      return undefined;
    const isInLines = format.name === 'stderr';
    if (like) {
      const entry = isInLines ? stderrEntry(head, like.entry, parts) : recordEntry(head, like.entry, rest);
      return { form: { ...like, entry }, isRead: isReadAlike(entry, like) };
    }
    const said = isInLines
      ? (lineEntry(head, parts, text()) ?? linesEntry(head, key))
      : recordMessage(format, text());
    return said && { form: { entry: isInLines ? said : recordEntry(head, said, rest) }, isRead: false };
  }

  /** Takes note of the message of a form that was made of its head and its text. */
  noteMessage(parts: LineParts, form: Form, format: LogFormat): void {
    this.#messages.set(messageKey(parts, format), form);
  }

  /** Takes note of the head of a line of a DETAIL, CONTEXT, …, in whose text another label stands. */
  noteSection({ head, message }: LineParts, format: LogFormat, line: () => string): void {
    const plainHead = format.recurring?.plainHead;
    if (!this.#mayEndIn(message, format)) this.#noteSectionHead(head);
    const named = plainHead && namedHead(head, plainHead);
    if (named && areTypical(named, plainHead) && format.readsOneWay?.(line()) === true)
      this.#sectionKinds.add(named.skeleton);
  }

  /**
   * Is a line with these parts nothing but one of a DETAIL, CONTEXT, …, though another label stands in its text? It is if its
   * head can be read, and either no head can end at another label, or this one cannot go on up to there: it is like that of
   * a line which is one.
   */
  isOfSection({ head, message }: LineParts, format: LogFormat): boolean {
    const plainHead = format.recurring?.plainHead;
    const isClear = !this.#mayEndIn(message, format);
    if (isClear && this.#sectionHeads.has(head)) return true;
    if (plainHead?.mayGoOn === undefined || !isAscii(message)) return false;
    const named = namedHead(head, plainHead);
    if (named && isClear) this.#noteSectionHead(head);
    if (isClear) return named !== undefined;
    if (!named || !this.#sectionKinds.has(named.skeleton)) return false;
    return !plainHead.mayGoOn(message);
  }

  #noteSectionHead(head: string): void {
    if (this.#sectionHeads.size < mostHeads) this.#sectionHeads.add(head);
  }

  #mayEndIn(text: string, { recurring }: LogFormat): boolean {
    let mayEnd = this.#sectionTexts.get(text);
    if (mayEnd !== undefined) return mayEnd;
    mayEnd = !isAscii(text) || recurring?.head?.mayEndIn(text) !== false;
    if (this.#sectionTexts.size < mostTexts) this.#sectionTexts.set(text, mayEnd);
    return mayEnd;
  }

  #noteHead(head: string, entry: LogEntry | undefined, { recurring }: LogFormat): void {
    this.#heads.set(head, entry);
    const named = recurring?.plainHead && namedHead(head, recurring.plainHead);
    if (entry && named && areTypical(named, recurring.plainHead)) this.#kinds.set(named.skeleton, entry);
  }

  /** What a head says that was not met, if one is known that is like it but for its names. */
  #headLike(head: string, { recurring }: LogFormat): LogEntry | undefined {
    if (!recurring?.plainHead) return undefined;
    const at = recurring.plainHead.codeAt?.(head) ?? -1;
    const sqlState = head.slice(at, at + 5);
    const uncoded = at >= 0 && code.test(sqlState) ? head.slice(0, at) + head.slice(at + 5) : undefined;
    const like = uncoded === undefined ? undefined : this.#uncoded.get(uncoded);
    const entry = like ? { ...like, sqlState } : this.#headOfKind(head, recurring.plainHead);
    if (!entry || this.#heads.size >= mostHeads) return entry;
    this.#heads.set(head, entry);
    if (uncoded !== undefined && !like) this.#uncoded.set(uncoded, entry);
    return entry;
  }

  #headOfKind(head: string, plainHead: PlainHead): LogEntry | undefined {
    const named = namedHead(head, plainHead);
    const known = named && this.#kinds.get(named.skeleton);
    if (!known) return undefined;
    const entry: { -readonly [Field in keyof LogEntry]: LogEntry[Field] } = { ...known };
    for (const field of plainHead.fields) {
      const name = named.names[field];
      if (name === undefined) continue;
      const text = isAscii(name) ? name : utf8Of(name);
      if (text === undefined) return undefined;
      entry[field] = text;
    }
    return entry;
  }
}

function utf8Of(name: string): string | undefined {
  const bytes = Buffer.from(name, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** Is this host a part of the head, as `[local]` is? That of an address is a number. */
function isFixed(host: string | undefined): boolean {
  return host?.startsWith('[') === true;
}

/** Is the host in the message a number? */
function tellsNumber({ message }: LineParts): boolean {
  return message.endsWith('host=\n') || / host (?:\\"|""?)\n/.test(message);
}

/** Is the host in the message, which the form has read, a part of it? */
function isFixedIn(form: Form, parts: LineParts): boolean {
  return hostInMessage(form) !== undefined && !tellsNumber(parts);
}

/** What of a message is the same whatever its head is: the lines of its sections repeat that. */
function messageKey({ head, message }: LineParts, { name }: LogFormat): string {
  const hasHeads = name === 'stderr' && head !== '' && message.includes(head);
  return hasHeads ? message.replaceAll(`\n${head}`, `\n${sameHead}`) : message;
}

/** Of a line: its sections belong to the message. */
function stderrEntry(head: LogEntry, of: LogEntry, parts: LineParts): LogEntry {
  const { severity, message, detail, hint, context, statement, location } = of;
  const sqlState = plainLabel.test(parts.message) ? head.sqlState : of.sqlState;
  return { ...head, severity, sqlState, message, detail, hint, context, statement, location };
}

/** All that counts for what a message tells, besides itself (recurringFormOf). */
const beside = ['user', 'database', 'detail', 'hint', 'context', 'statement', 'location'] as const;

/** Does the message of an entry tell what that of another tells, which is the same but for its numbers? */
function isReadAlike(entry: LogEntry, { entry: like, message }: Form): boolean {
  if (entry.severity === 'FATAL' || beside.every((field) => entry[field] === like[field])) return true;
  // whoever is named: what a statement says is the server's own only if something is wrong with the client
  if (message || beside.slice(2).some((field) => entry[field] !== like[field])) return false;
  return isOfAStatement(like) || parseConnectionMessage(like)?.kind === 'clientTrouble';
}

/** Of a line that is an entry by itself. */
function lineEntry(head: LogEntry, parts: LineParts, message: string | undefined): LogEntry | undefined {
  const severity = plainLabel.exec(parts.message)?.[1];
  if (severity === undefined || twoLabelsInAll.test(parts.message)) return undefined;
  if (message === undefined || message.includes('\uFFFD')) return undefined;
  const sections = { detail: undefined, hint: undefined, context: undefined, statement: undefined };
  return { ...head, severity: severity as Severity, message, ...sections, location: undefined };
}

type Texts = Pick<LogEntry, 'message' | 'detail' | 'hint' | 'context' | 'statement'>;

const sections: Readonly<Record<string, keyof Texts>> = {
  ...{ DETAIL: 'detail', HINT: 'hint', CONTEXT: 'context', STATEMENT: 'statement' },
};

/** Of an entry with lines of a DETAIL, HINT, …, whose heads are that of the first (messageKey). */
function linesEntry(head: LogEntry, key: string): LogEntry | undefined {
  const severity = plainLabel.exec(key)?.[1];
  if (severity === undefined || key.includes('\r') || twoLabels.test(key)) return undefined;
  const texts: { -readonly [Field in keyof Texts]: Texts[Field] } = {
    ...{ message: '', detail: undefined, hint: undefined, context: undefined, statement: undefined },
  };
  let current: keyof Texts = 'message';
  for (const [index, line] of key.slice(0, -1).split('\n').entries()) {
    const bytes = line.startsWith(sameHead) ? line.slice(1) : line;
    const text = isAscii(bytes) ? bytes : utf8Of(bytes);
    if (text === undefined) return undefined;
    if (line.startsWith('\t')) {
      texts[current] = `${texts[current] ?? ''}\n${text.slice(1)}`;
      continue;
    }
    const [label = '', word = ''] = /^([A-Z]+): {2}/.exec(text) ?? [];
    const section = index === 0 ? 'message' : bytes === line ? undefined : sections[word];
    if (section === undefined) return undefined;
    current = section;
    texts[current] = text.slice(label.length);
  }
  return { ...head, severity: severity as Severity, ...texts, location: undefined };
}

type RecordMessage = Pick<LogEntry, 'severity' | 'sqlState' | 'message'>;

/** From the comma or the quote before the severity of a record to the end of its message. */
const csvMessage = /^,(LOG|FATAL),([0-9A-Z]{5}),"((?:[^"\n]|"")*)"/;
const jsonMessage =
  /^"(LOG|FATAL)",(?:"state_code":"([0-9A-Z]{5})",)?"message":("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")/;

/** What a record says whose text stands here from its severity on. */
function recordMessage({ name }: LogFormat, text: string | undefined): RecordMessage | undefined {
  const [, severity, sqlState = '00000', quoted] =
    (name === 'csv' ? csvMessage : jsonMessage).exec(text ?? '') ?? [];
  if (severity === undefined || quoted === undefined || quoted.includes('\uFFFD')) return undefined;
  const message = name === 'csv' ? quoted.replaceAll('""', '"') : (JSON.parse(quoted) as string);
  return { severity: severity as Severity, sqlState, message };
}

/** Of a csv or json record. */
function recordEntry(head: LogEntry, of: RecordMessage, rest: LogEntry): LogEntry {
  const { severity, sqlState, message } = of;
  const { detail, hint, context, statement, location, applicationName, backendType } = rest;
  return {
    ...{ ...head, severity, sqlState, message, detail, hint, context, statement, location },
    ...{ applicationName, backendType },
  };
}
