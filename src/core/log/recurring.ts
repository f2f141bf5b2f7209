import type { ConnectionMessage } from '../connection/connectionMessage.ts';
import { parseConnectionMessage } from '../connection/connectionMessage.ts';
import type { LogEntry } from './logEntry.ts';

/** What is the same in all lines of one form: read once, the ordinary way. */
export interface RecurringForm {
  /**
   * The first entry of this form; its `at`, `pid`, `sessionId`, `sessionStartAt`, `remotePort`, the numbers in its
   * message, and its host where lines tell theirs, are those of that line only.
   */
  readonly entry: LogEntry;
  readonly message: Extract<
    ConnectionMessage,
    { kind: 'received' | 'authenticated' | 'authorized' | 'disconnection' }
  >;
}

/** The numbers of one line. */
export interface RecurringLine {
  form: RecurringForm | OtherForm;
  /** Small and dense; never given to another form of the same log. */
  formNumber: number;
  /** ms since the epoch; NaN = the log has no time. */
  at: number;
  pid: number;
  /** Start of the process, seconds since the epoch; NaN = the log does not say. */
  startSeconds: number;
  /** Port in the prefix, csv column or json key; −1 = none. */
  entryPort: number;
  /** Port in the message; −1 = none. */
  messagePort: number;
  /** The client's host, wherever the form has one; undefined = it is the form's. */
  host?: string | undefined;
  /** disconnection; else 0. */
  sessionTimeMs: number;
  fileNumber: number;
  offsetBytes: number;
  /** Wall clock, ms. */
  arrivedAt: number;
}

/** Those numbers of a line that its form does not have. */
export type RecurringNumbers = Pick<
  RecurringLine,
  'at' | 'pid' | 'startSeconds' | 'entryPort' | 'messagePort' | 'sessionTimeMs' | 'host'
>;

/**
 * What a form says whose message has no numbers to be read: a FATAL, what is wrong with a client, or nothing, as where a
 * function repeats what a server says.
 */
export interface OtherForm extends Pick<RecurringForm, 'entry'> {
  readonly message?: undefined;
  /** The client's host, where the message of the first line quotes it: that of other lines may be another. */
  readonly quotedHost?: string | undefined;
}

/** What pg_hba.conf refuses (auth.c), in English: the module reads it alike (assembly/messages.ts). */
const hostQuoted = /^((?:no pg_hba|pg_hba\.c)[^"]* host ")([^"]+)(?=")/;

/**
 * The form of the entries that are like this one but for their numbers; undefined = there are none that may be read so.
 */
export function recurringFormOf(entry: LogEntry): RecurringForm | OtherForm | undefined {
  const { severity, detail, hint, context, statement, location, rawText } = entry;
  if (rawText !== undefined) return undefined;
  if (severity === 'FATAL') return { entry, quotedHost: hostQuoted.exec(entry.message)?.[2] };
  if (severity !== 'LOG') return undefined;
  const message = parseConnectionMessage(entry);
  if (message === undefined || message.kind === 'clientTrouble') return { entry };
  if ([detail, hint, context, statement, location].some((text) => text !== undefined)) return undefined;
  switch (message.kind) {
    case 'received':
    case 'authenticated':
    case 'authorized':
    case 'disconnection':
      return { entry, message };
    default:
      return undefined;
  }
}

/** Do the numbers that were read of a line say what its entry says, read the ordinary way? */
export function saysTheSame(line: RecurringNumbers, form: RecurringForm | OtherForm): boolean {
  const { entry, message } = form;
  const startAt = Number.isNaN(line.startSeconds) ? undefined : line.startSeconds * 1000;
  const port = message && 'remotePort' in message ? message.remotePort : undefined;
  const time = message?.kind === 'disconnection' ? message.sessionTimeMs : 0;
  return (
    known(line.at) === entry.at &&
    line.pid === entry.pid &&
    startAt === entry.sessionStartAt &&
    (entry.sessionId === undefined || entry.sessionId === sessionIdOf(line.startSeconds, line.pid)) &&
    portOf(line.entryPort) === entry.remotePort &&
    portOf(line.messagePort) === port &&
    line.sessionTimeMs === time &&
    tellsHost(line.host, entry.remoteHost, hostInMessage(form))
  );
}

/** The host that the message of a form tells. */
export function hostInMessage(form: RecurringForm | OtherForm): string | undefined {
  if (!form.message) return form.quotedHost;
  return 'remoteHost' in form.message ? form.message.remoteHost : undefined;
}

/** Is it the host of the entry and of its message, as far as either has one, where it was read at all? */
function tellsHost(
  host: string | undefined,
  ofEntry: string | undefined,
  ofMessage: string | undefined,
): boolean {
  if (host === undefined) return true;
  const isTold = ofEntry !== undefined || ofMessage !== undefined;
  return isTold && (ofEntry ?? host) === host && (ofMessage ?? host) === host;
}

/** The entry of a line as the ordinary reading gives it. */
export function entryOf(line: Readonly<RecurringNumbers & Pick<RecurringLine, 'form'>>): LogEntry {
  const { form } = line;
  const entry: { -readonly [Field in keyof LogEntry]: LogEntry[Field] } = { ...form.entry, pid: line.pid };
  if ('at' in entry) entry.at = known(line.at);
  if (entry.sessionId !== undefined) entry.sessionId = sessionIdOf(line.startSeconds, line.pid);
  if (entry.sessionStartAt !== undefined) entry.sessionStartAt = line.startSeconds * 1000;
  if (entry.remotePort !== undefined) entry.remotePort = line.entryPort;
  if (entry.remoteHost !== undefined && line.host !== undefined) entry.remoteHost = line.host;
  entry.message = messageOf(line, form);
  return entry;
}

/** What the message of a line tells; undefined = nothing of a session's life. */
export function toldBy({
  form: { message },
  messagePort,
  sessionTimeMs,
  host,
}: Readonly<RecurringLine>): RecurringForm['message'] | undefined {
  switch (message?.kind) {
    case 'received':
      return { ...message, remoteHost: host ?? message.remoteHost, remotePort: portOf(messagePort) };
    case 'disconnection':
      return {
        ...message,
        remoteHost: host ?? message.remoteHost,
        remotePort: portOf(messagePort),
        sessionTimeMs,
      };
    default:
      return message;
  }
}

/** The message of the form with the numbers of this line. */
export function messageOf(
  { messagePort, sessionTimeMs, host }: Pick<RecurringLine, 'messagePort' | 'sessionTimeMs' | 'host'>,
  form: RecurringForm | OtherForm,
): string {
  const { entry, message } = form;
  const told = hostInMessage(form);
  if (!message)
    return host === undefined || told === undefined
      ? entry.message
      : entry.message.replace(hostQuoted, (_, before: string) => before + host);
  const ported = messagePort < 0 ? entry.message : entry.message.replace(/\d+$/, String(messagePort));
  const text =
    host === undefined || told === undefined ? ported : withHost(ported, ` host=${told}`, ` host=${host}`);
  if (message.kind !== 'disconnection') return text;
  return text.replace(/\d+:\d\d:\d\d\.\d{3}/, sessionTimeText(sessionTimeMs));
}

/** The host is told last, but for the port. */
function withHost(text: string, told: string, host: string): string {
  const at = text.lastIndexOf(told);
  return at < 0 ? text : text.slice(0, at) + host + text.slice(at + told.length);
}

/** `%d:%02d:%02d.%03d` (log_disconnections in postgres.c). */
function sessionTimeText(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)}:${clock}.${String(ms % 1000).padStart(3, '0')}`;
}

/** The last one: a line is made of numbers, and then compared with them. */
let lastId = { startSeconds: 0, pid: 0, text: '0.0' };

/** `%c`: hex start second, dot, hex pid. */
export function sessionIdOf(startSeconds: number, pid: number): string {
  if (lastId.startSeconds !== startSeconds || lastId.pid !== pid)
    lastId = { startSeconds, pid, text: `${startSeconds.toString(16)}.${pid.toString(16)}` };
  return lastId.text;
}

/** −1 is no port. */
export function portOf(port: number): number | undefined {
  return port < 0 ? undefined : port;
}

/** NaN is none. */
export function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
