import { failureTable } from './failureTable.ts';
import { msgidsOf } from './languages.ts';

/**
 * The English messages that a refusal may be and that quote a user, a database or a host: those of the failure table,
 * and what they stand for in the catalogs. esbuildTables.mjs puts into the bundles what this answers, not how.
 */
export function namingMsgids(): readonly string[] {
  const messages = failureTable.flatMap((row) => row.messages);
  const msgids = messages.flatMap((message) => [...msgidsOf(message), message]);
  return [...new Set(msgids)].filter((msgid) => /\b(?:user|role|database|host) "%/.test(msgid));
}
