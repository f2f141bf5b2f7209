import { csvField } from './csvField.ts';
import type { ServerReport } from './serverReport.ts';
import { serverTables } from './serverTable.ts';

/**
 * The report as one CSV: a header, then a record per row of every table, which its first field names; each record ends in
 * CR LF. Safe in a spreadsheet (`csvField`).
 */
export function serverCsv(report: ServerReport, masked: boolean): string {
  const records = serverTables(report, masked).flatMap(({ id, rows }) =>
    rows.map(({ name, value, note }) =>
      [id, name ?? null, value ?? null, note ?? null].map(csvField).join(','),
    ),
  );
  return ['table,name,value,note', ...records, ''].join('\r\n');
}
