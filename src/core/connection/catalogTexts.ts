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

/** Those that no catalog has: values that are not translated, what extensions say, PostgreSQL 10. */
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
  ...failureRows()
    .filter(({ kind }) => kind === 'rustPanic')
    .flatMap(({ messages }) => messages),
]);
