import { isUtf8 } from 'node:buffer';
import { isOfAStatement, parseConnectionMessage } from '../../core/connection/connectionMessage.ts';
import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat, Naming } from '../../core/log/logFormat.ts';
import { hostInMessage, type OtherForm, type RecurringForm } from '../../core/log/recurring.ts';
import { entryBefore, headOf, KnownHeads } from './knownHeads.ts';
import { KnownSections } from './knownSections.ts';
import { canBeTold } from './namesInMessages.ts';
import { messageKey, plainLabel, twoLabels, twoLabelsInAll, type LineParts } from './lineParts.ts';
import { lineEntry, linesEntry, recordEntry, recordMessage, stderrEntry } from './partsEntry.ts';

type Form = RecurringForm | OtherForm;

/** A form made of known parts. */
export interface KnownForm {
  readonly form: Form;
  /** Else its message has to be read: which names it tells may depend on its head. */
  readonly isRead: boolean;
}

/** Keys of json that stand before the rest of a record, and count if they come again in it, however spelled. */
const otherKeys =
  /\\u|"(?:timestamp|user|dbname|pid|remote_(?:host|port)|session_(?:id|start)|ps|error_severity|state_code|message)"\s*:/;

/**
 * Parts of lines that were read the ordinary way, each with what was read of a line that has it. Who is named before the
 * severity, and what the message says, are the same whatever stands beside them, where each can be read in one way only:
 * so the form of a line whose parts are all known need not be read.
 */
export class KnownParts {
  readonly #heads = new KnownHeads();
  readonly #messages = new Map<string, Form>();
  readonly #rests = new Map<string, LogEntry>();
  readonly sections = new KnownSections();

  clear(): void {
    this.#heads.clear();
    this.#messages.clear();
    this.#rests.clear();
    this.sections.clear();
  }

  /** Takes note of the parts of a form; `namings`: the ways to tell the names of its first line apart, where they are known. */
  note(parts: LineParts, form: Form, format: LogFormat, namings: () => readonly Naming[] | undefined): void {
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
      const all = isInLines ? namings() : [{}];
      // what continues a line begins with a TAB
      const isUsual = !isInLines || (!head.includes('\t') && entry.fromClient !== false);
      if (all) this.#heads.note(head, isUsual ? headOf(entry, all) : undefined, format);
    }
    this.#messages.set(message, form);
    this.#rests.set(rest, entry);
  }

  /**
   * What a line with these parts is like, but for the numbers; undefined = not all are known. The message need not be:
   * `text` answers it, of stderr if the entry is a line, of a record with its severity.
   */
  formOf(parts: LineParts, format: LogFormat, text: () => string | undefined): KnownForm | undefined {
    const known = this.#heads.find(parts.head, format);
    const rest = this.#rests.get(parts.rest);
    if (!known || !rest || (isFixed(known.entry.remoteHost) && tellsNumber(parts))) return undefined;
    const key = messageKey(parts, format);
    const like = this.#messages.get(key);
    if (like && isHostDoubtful(known.entry, like, parts)) return undefined;
    const head = entryBefore(known, parts, () => (like ? constantMessage(like) : text()));
    if (!head) return undefined;
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

  /**
   * Is the form of a line with these parts that of all that are like it but for plain names in its head, and those names?
   * `tellsNames`: its message tells some of them again.
   */
  areAlike({ head }: LineParts, form: Form, format: LogFormat, tellsNames: boolean): boolean {
    const isAlike = tellsNoNames(form) || (tellsNames && tellsOfItsUser(form));
    return isAlike && this.#heads.areAlike(head, format);
  }

  /** Takes note of the message of a form that was made of its head and its text. */
  noteMessage(parts: LineParts, form: Form, format: LogFormat): void {
    this.#messages.set(messageKey(parts, format), form);
  }
}

/** Is this host a part of the head, as `[local]` is? That of an address is a number. */
function isFixed(host: string | undefined): boolean {
  return host?.startsWith('[') === true;
}

/** Is the host in the message a number? */
function tellsNumber({ message }: LineParts): boolean {
  return message.endsWith('host=\n') || / host (?:\\"|""?)\n/.test(message);
}

/** The message of a form, where no line of it has another but for numbers. */
function constantMessage(form: Form): string | undefined {
  return form.message || form.quotedHost === undefined ? form.entry.message : undefined;
}

/** Is the host before the message a number, and that in the message, which the form has read, a part of it? They may differ. */
export function isHostDoubtful({ remoteHost }: LogEntry, form: Form, parts: LineParts): boolean {
  const isNumber = remoteHost !== undefined && !isFixed(remoteHost);
  return isNumber && hostInMessage(form) !== undefined && !tellsNumber(parts);
}

/** All that counts for what a message tells, besides itself (recurringFormOf). */
const beside = ['user', 'database', 'detail', 'hint', 'context', 'statement', 'location'] as const;

/**
 * Does a message that tells names of its head tell of them alike, whatever they are? One of a session's life does that begins
 * with its user: what it tells behind that is told alike beside any.
 */
function tellsOfItsUser({ entry: { severity, user }, message }: Form): boolean {
  if (message?.kind !== 'authorized' && message?.kind !== 'disconnection') return severity === 'FATAL';
  return user !== undefined && message.user === user && canBeTold(user);
}

/** Is what a message tells the same whoever is named before it? */
function tellsNoNames(form: Form): boolean {
  if (form.message?.kind === 'authenticated') return true;
  if (form.entry.severity === 'FATAL') return hostInMessage(form) === undefined;
  return form.message === undefined && isWhoevers(form.entry);
}

/** What a statement says is the server's own only if something is wrong with the client: whoever is named. */
function isWhoevers(entry: LogEntry): boolean {
  return isOfAStatement(entry) || parseConnectionMessage(entry)?.kind === 'clientTrouble';
}

/** Does the message of an entry tell what that of another tells, which is the same but for its numbers? */
function isReadAlike(entry: LogEntry, form: Form): boolean {
  const { entry: like, message } = form;
  // which host it quotes is the line's to say
  if (entry.severity === 'FATAL') return hostInMessage(form) === undefined;
  if (beside.every((field) => entry[field] === like[field])) return true;
  if (message || beside.slice(2).some((field) => entry[field] !== like[field])) return false;
  return isWhoevers(like);
}
