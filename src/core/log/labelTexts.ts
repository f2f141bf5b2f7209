import { severities } from './logEntry.ts';

/** Labels that begin a companion line of a record (elog.c send_message_to_server_log), in the server's order. */
export const sectionLabels = [
  'DETAIL',
  'HINT',
  'QUERY',
  'CONTEXT',
  'LOCATION',
  'BACKTRACE',
  'STATEMENT',
] as const;
export type SectionLabel = (typeof sectionLabels)[number];

/** What the catalogs have for a severity and for the label of a section. */
export const severityMsgids = severities.map((means) => ({ means, msgid: means }));
export const sectionMsgids = sectionLabels.flatMap((means) =>
  (means === 'LOCATION' ? ['%s, %s:%d\n', '%s:%d\n'] : ['']).map((rest) => ({
    means,
    msgid: `${means}:  ${rest}`,
  })),
);
/** What stands in a prefix for a name that is not known yet, in English. */
export const unknownName = '[unknown]';
export const labelMsgids: readonly string[] = [...severityMsgids, ...sectionMsgids].map(({ msgid }) => msgid);
