import type { LogEntry } from '../log/logEntry.ts';
import { authorizedReaders, endOfUser, type AuthorizedMessage } from './authorizedMessage.ts';
import { ByStart } from './byStart.ts';
import type { Vocabulary } from './languages.ts';
import { matchTemplate, type MessageTemplate } from './messageTemplate.ts';
import { english } from './messageTexts.ts';
import { Remembered } from './remembered.ts';
import { serverReaders, type ServerMessage } from './serverMessage.ts';

/** A client reached the server; nothing else is known of it yet. */
export interface ReceivedMessage {
  readonly kind: 'received';
  /** Address, or name with log_hostname; `[local]` for a Unix socket, which has no port. */
  readonly remoteHost: string;
  readonly remotePort?: number | undefined;
}

/** The client proved who it is (14 and later). Not yet success: a user map may still refuse it. */
export interface AuthenticatedMessage {
  readonly kind: 'authenticated';
  /** Role, OS user, DN or principal, as the method has it; `trust` (17 and later) proves nothing: the role asked for. */
  readonly identity: string;
  readonly method: string;
  /** `FILE:LINE` of the pg_hba.conf rule. */
  readonly hbaRule: string;
}

/** 18 and later: how long the set-up took. */
export interface ReadyMessage {
  readonly kind: 'ready';
  readonly totalMs: number;
  readonly forkMs: number;
  readonly authenticationMs: number;
}

/** A session ended, by its client or after a FATAL. */
export interface DisconnectionMessage {
  readonly kind: 'disconnection';
  readonly sessionTimeMs: number;
  readonly user: string;
  /** Undefined for physical replication. */
  readonly database?: string | undefined;
  readonly remoteHost: string;
  readonly remotePort?: number | undefined;
}

/** Why a session ends, told before its disconnection: the client is gone, or talks nonsense. */
export interface ClientTroubleMessage {
  readonly kind: 'clientTrouble';
  readonly text: string;
}

/** What a LOG message tells of connections. */
export type ConnectionMessage =
  | ReceivedMessage
  | AuthenticatedMessage
  | AuthorizedMessage
  | ReadyMessage
  | DisconnectionMessage
  | ClientTroubleMessage
  | ServerMessage;

/** Passed as an argument, so it is the same in every language. */
const disconnectionPortText = ' port=';

type Reader = (message: string, entry: LogEntry) => ConnectionMessage | undefined;

/** What reads a message that begins so, in every language. */
const readers = new ByStart<Reader>((words) => [
  ...readersOf(words, [english.received], readReceived),
  ...readersOf(words, [english.receivedLocal], readReceivedLocal),
  ...authorizedReaders(words),
  ...readersOf(words, [english.disconnection], readDisconnection),
  ...readersOf(words, english.authenticated, readAuthenticated),
  ...readersOf(words, [english.ready], readReady),
  ...troubleReaders(words),
  ...serverReaders(words),
]);
const readersInStatements = new ByStart<Reader>(troubleReaders);

function troubleReaders(words: Vocabulary): (readonly [start: string, Reader])[] {
  return readersOf(words, english.clientTrouble, readClientTrouble);
}

function readersOf(
  { wordingsOf }: Vocabulary,
  messages: readonly string[],
  read: (template: MessageTemplate, message: string, entry: LogEntry) => ConnectionMessage | undefined,
): (readonly [start: string, Reader])[] {
  return messages
    .flatMap(wordingsOf)
    .map(({ template }) => [
      template.texts[0],
      (message: string, entry: LogEntry) => read(template, message, entry),
    ]);
}

/**
 * Reads the message of a LOG entry, in whatever language of PostgreSQL; undefined when it is none that matters, or
 * damaged. Takes time in proportion to the message's length. Values are not quoted in the log, so names that imitate
 * the text after them are told apart by the entry's own user and database; without those, the first reading is taken.
 */
export function parseConnectionMessage(entry: LogEntry): ConnectionMessage | undefined {
  return entry.severity === 'LOG' ? told.of(entry) : undefined;
}

/** Does a message begin as one that is read? Most do not, and are not looked at any further. */
export function beginsLikeMessage(message: string): boolean {
  return readers.has(message);
}

const told = new Remembered<ConnectionMessage | undefined>(
  ['user', 'database', 'hint', 'context', 'statement'],
  parse,
);

function parse(entry: LogEntry): ConnectionMessage | undefined {
  const { message } = entry;
  const here = isOfAStatement(entry) ? readersInStatements : readers;
  return here.find(message, (reader) => reader(message, entry));
}

/**
 * Any role can have a statement log any text (RAISE LOG, or a function in C or Rust). The server's own messages are
 * told outside of statements: neither a client's set-up nor `proc_exit_prepare()` (ipc.c) leaves one to be named.
 */
export function isOfAStatement({ context, statement }: LogEntry): boolean {
  // some platforms write what is absent as an empty text
  return (context ?? '') !== '' || (statement ?? '') !== '';
}

function readReceived(template: MessageTemplate, message: string): ReceivedMessage | undefined {
  const [start, portText = ''] = template.texts;
  const remote = readRemote(message.slice(start.length), portText);
  return remote.remotePort === undefined ? undefined : { kind: 'received', ...remote };
}

function readReceivedLocal({ texts: [start] }: MessageTemplate, message: string): ReceivedMessage {
  return { kind: 'received', remoteHost: message.slice(start.length) };
}

/** Host and port; what ends in no port is all host. */
function readRemote(text: string, port: string): Pick<ReceivedMessage, 'remoteHost' | 'remotePort'> {
  const portAt = text.lastIndexOf(port);
  const digits = portAt < 0 ? '' : text.slice(portAt + port.length);
  if (!/^\d{1,5}$/.test(digits)) return { remoteHost: text };
  return { remoteHost: text.slice(0, portAt), remotePort: Number(digits) };
}

/** Reads the method from the right, because an identity may hold any text; the rule's path may hold brackets. */
function readAuthenticated(template: MessageTemplate, message: string): AuthenticatedMessage | undefined {
  const [start, methodText = ''] = template.texts;
  const methodAt = message.lastIndexOf(methodText);
  const rule = /^(\S{1,63}) \(([^]*:\d+)\)$/.exec(message.slice(methodAt + methodText.length));
  const [, method, hbaRule] = rule ?? [];
  if (methodAt < start.length || method === undefined || hbaRule === undefined) return undefined;
  return { kind: 'authenticated', identity: message.slice(start.length, methodAt), method, hbaRule };
}

function readReady(template: MessageTemplate, message: string): ReadyMessage | undefined {
  const [totalMs = NaN, forkMs = NaN, authenticationMs = NaN] =
    matchTemplate(template, message)?.map(Number) ?? [];
  if (![totalMs, forkMs, authenticationMs].every(Number.isFinite)) return undefined;
  return { kind: 'ready', totalMs, forkMs, authenticationMs };
}

/** Reads what follows `session time: `, from both ends: the time from the left, host and port from the right. */
function readDisconnection(
  { texts }: MessageTemplate,
  message: string,
  entry: LogEntry,
): DisconnectionMessage | undefined {
  const [start, , , , userText = '', databaseText = '', hostText = ''] = texts;
  const text = message.slice(start.length);
  const time = /^(\d{1,9}):(\d\d):(\d\d)\.(\d{3})/.exec(text);
  const hostAt = text.lastIndexOf(hostText);
  if (!time || hostAt < 0 || !text.startsWith(userText, time[0].length)) return undefined;
  const [, hours, minutes, seconds, ms] = time.map(Number);
  const names = text.slice(time[0].length + userText.length, hostAt);
  const end = endOfUser(names, [[databaseText]], entry, (at) => at === names.length);
  if (!end) return undefined;
  return {
    kind: 'disconnection',
    sessionTimeMs: (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + (ms ?? 0),
    user: names.slice(0, end.userEnd),
    database: names.slice(end.databaseAt) || undefined,
    ...readRemote(text.slice(hostAt + hostText.length), disconnectionPortText),
  };
}

function readClientTrouble(template: MessageTemplate, message: string): ClientTroubleMessage | undefined {
  return matchTemplate(template, message) && { kind: 'clientTrouble', text: message };
}
