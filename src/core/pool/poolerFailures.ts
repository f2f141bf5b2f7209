import type { FailureRow } from '../connection/failureTable.ts';
import { matchTemplate, messageTemplate } from '../connection/messageTemplate.ts';
import { poolerFailureRows } from './poolerFailureRows.ts';

/** With these a client goes by itself: an end like any other. */
const goodbyes = new Set([
  'client close request',
  'client unexpected eof',
  'client disconnect',
  'successfully sent cancel request',
]);

const compiled = poolerFailureRows().map((row) => ({ row, templates: row.messages.map(messageTemplate) }));
const other = { kind: 'poolerOther', phase: 'unknown' } as const;

/** What kind of failure a reason is; undefined for a client that left by itself. */
export function poolerFailureOf(reason: string): Pick<FailureRow, 'kind' | 'phase'> | undefined {
  if (goodbyes.has(reason)) return undefined;
  return (
    compiled.find(({ templates }) => templates.some((template) => matchTemplate(template, reason)))?.row ??
    other
  );
}
