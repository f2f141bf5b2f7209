import type { Severity } from '../log/logEntry.ts';
import { failureTable } from './failureTable.ts';
import { messageTemplate } from './messageTemplate.ts';
import { english } from './messageTexts.ts';

/**
 * How the messages that matter begin. The scan of the log cuts out only these, so each is as long as the text allows
 * and none begins another.
 */

/** Severities of which every message matters. */
export const severitiesWithEveryMessage: readonly Severity[] = ['FATAL', 'PANIC'];

/** How the LOG messages begin that parseConnectionMessage reads. */
export const logMessageStarts: readonly string[] = shortest([
  ...[english.received, english.receivedLocal, ...english.authenticated].map(startOf),
  ...[english.authorized, english.replicationAuthorized, english.ready, english.disconnection].map(startOf),
  ...english.clientTrouble.map(startOf),
  ...english.server.flatMap(({ message, starts }) => starts ?? [startOf(message)]),
]);

/** How the ERROR messages begin that are problems of the server: libraries that do not load, panics in Rust. */
export const errorMessageStarts: readonly string[] = shortest(
  failureTable
    .filter(({ severities }) => severities?.includes('ERROR'))
    .flatMap(({ messages }) => messages.map(startOf)),
);

function startOf(msgid: string): string {
  return messageTemplate(msgid)[0];
}

function shortest(starts: readonly string[]): string[] {
  const unique = [...new Set(starts)];
  return unique.filter((start) => !unique.some((other) => other !== start && start.startsWith(other)));
}
