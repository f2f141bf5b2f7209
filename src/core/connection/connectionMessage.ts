import type { LogEntry } from '../log/logEntry.ts';
import {
  endOfUser,
  readAuthorized,
  readReplicationAuthorized,
  type AuthorizedMessage,
} from './authorizedMessage.ts';
import { matchTemplate, messageTemplate } from './messageTemplate.ts';
import { english } from './messageTexts.ts';
import { parseServerMessage, type ServerMessage } from './serverMessage.ts';

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

const [receivedStart, portText = ''] = messageTemplate(english.received);
const authenticatedTemplates = english.authenticated.map(messageTemplate);
const [authorizedStart] = messageTemplate(english.authorized);
const [replicationStart] = messageTemplate(english.replicationAuthorized);
const readyTemplate = messageTemplate(english.ready);
const [disconnectionStart, , , , userText = '', databaseText = '', hostText = ''] = messageTemplate(
  english.disconnection,
);
/** Passed as an argument, so it is the same in every language. */
const disconnectionPortText = ' port=';
const clientTroubleTemplates = english.clientTrouble.map(messageTemplate);

/**
 * Reads the message of a LOG entry; undefined when it is none that matters, or damaged. Takes time in proportion to
 * the message's length. Values are not quoted in the log, so names that imitate the text after them are told apart by
 * the entry's own user and database; without those, the first reading is taken.
 */
export function parseConnectionMessage(entry: LogEntry): ConnectionMessage | undefined {
  const { severity, message } = entry;
  if (severity !== 'LOG') return undefined;
  if (message.startsWith(receivedStart)) return readReceived(message.slice(receivedStart.length));
  if (message.startsWith(authorizedStart))
    return readAuthorized(message.slice(authorizedStart.length), entry);
  if (message.startsWith(disconnectionStart))
    return readDisconnection(message.slice(disconnectionStart.length), entry);
  if (message.startsWith(replicationStart))
    return readReplicationAuthorized(message.slice(replicationStart.length), entry);
  return (
    readAuthenticated(message) ??
    readReady(message) ??
    readClientTrouble(message) ??
    parseServerMessage(entry)
  );
}

function readReceived(text: string): ReceivedMessage {
  return { kind: 'received', ...readRemote(text, portText) };
}

/** Host and port; what ends in no port is all host. */
function readRemote(text: string, port: string): Pick<ReceivedMessage, 'remoteHost' | 'remotePort'> {
  const portAt = text.lastIndexOf(port);
  const digits = portAt < 0 ? '' : text.slice(portAt + port.length);
  if (!/^\d{1,5}$/.test(digits)) return { remoteHost: text };
  return { remoteHost: text.slice(0, portAt), remotePort: Number(digits) };
}

/** Reads the method from the right, because an identity may hold any text; the rule's path may hold brackets. */
function readAuthenticated(message: string): AuthenticatedMessage | undefined {
  for (const [start, methodText = ''] of authenticatedTemplates) {
    if (!message.startsWith(start)) continue;
    const methodAt = message.lastIndexOf(methodText);
    const rule = /^(\S{1,63}) \(([^]*:\d+)\)$/.exec(message.slice(methodAt + methodText.length));
    const [, method, hbaRule] = rule ?? [];
    if (methodAt < start.length || method === undefined || hbaRule === undefined) return undefined;
    return { kind: 'authenticated', identity: message.slice(start.length, methodAt), method, hbaRule };
  }
  return undefined;
}

function readReady(message: string): ReadyMessage | undefined {
  const [totalMs = NaN, forkMs = NaN, authenticationMs = NaN] =
    matchTemplate(readyTemplate, message)?.map(Number) ?? [];
  if (![totalMs, forkMs, authenticationMs].every(Number.isFinite)) return undefined;
  return { kind: 'ready', totalMs, forkMs, authenticationMs };
}

/** Reads what follows `session time: `, from both ends: the time from the left, host and port from the right. */
function readDisconnection(text: string, entry: LogEntry): DisconnectionMessage | undefined {
  const time = /^(\d{1,9}):(\d\d):(\d\d)\.(\d{3})/.exec(text);
  const hostAt = text.lastIndexOf(hostText);
  if (!time || hostAt < 0 || !text.startsWith(userText, time[0].length)) return undefined;
  const [, hours, minutes, seconds, ms] = time.map(Number);
  const names = text.slice(time[0].length + userText.length, hostAt);
  const userEnd = endOfUser(names, databaseText, entry, (at) => at === names.length);
  if (userEnd < 0) return undefined;
  return {
    kind: 'disconnection',
    sessionTimeMs: (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + (ms ?? 0),
    user: names.slice(0, userEnd),
    database: names.slice(userEnd + databaseText.length) || undefined,
    ...readRemote(text.slice(hostAt + hostText.length), disconnectionPortText),
  };
}

function readClientTrouble(message: string): ClientTroubleMessage | undefined {
  const known = clientTroubleTemplates.some((template) => matchTemplate(template, message));
  return known ? { kind: 'clientTrouble', text: message } : undefined;
}
