import { labelMsgids, unknownName } from '../log/labelTexts.ts';
import { failureRows } from './failureRows.ts';
import { english } from './messageTexts.ts';

/**
 * Every text of a server that the core knows and that lc_messages may translate: what test/env/catalogs.ts looks up
 * in PostgreSQL's message catalogs.
 */
export const catalogTexts: readonly string[] = [
  ...new Set([
    ...labelMsgids,
    unknownName,
    ...textsIn({ ...english, server: english.server.map(({ message }) => message) }),
    ...english.server.flatMap(({ firstValues = [] }) => firstValues),
    ...failureRows().flatMap(({ messages, backgroundMessages = [], detail = [] }) =>
      [messages, backgroundMessages, detail].flat(),
    ),
  ]),
];

function textsIn(texts: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.values(texts).flat();
}

/**
 * Those that were added where no catalogs were, and are known in English only: with all majors' catalogs at hand, empty
 * this, and the script has their translations.
 */
const notLookedUp: readonly string[] = [
  'could not send data to WAL stream: %s',
  'terminating walreceiver due to timeout',
  'could not receive %s from the primary server: %s',
  'error while shutting down streaming COPY: %s',
  'error reading result of streaming command: %s',
  ...messagesOf('walStreaming', 'archiver', 'recoveryFailed'),
  'hot standby is not possible because %s',
  'WAL archival cannot be enabled when %s',
  'WAL streaming %s requires %s',
];

/** Those that no catalog has: values that are not translated, what extensions say, PostgreSQL 10; and `notLookedUp`. */
export const untranslated: ReadonlySet<string> = new Set([
  ...[
    'pg_hba.conf',
    'pg_ident.conf',
    'SSL configuration',
    '/%s',
    'worker process: %s',
    'PostgreSQL %s',
    '20%s',
  ],
  ...messagesOf('rustPanic'),
  ...notLookedUp,
]);

function messagesOf(...kinds: readonly string[]): string[] {
  return failureRows()
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(({ messages }) => messages);
}
