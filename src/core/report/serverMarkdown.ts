import { markdownTable } from './markdownText.ts';
import type { ServerReport } from './serverReport.ts';
import { serverTables, type ServerRow, type ServerTable } from './serverTable.ts';

/**
 * The report as Markdown (GitHub's tables), for an issue or a chat. What comes from the server is text there and nothing
 * else: no link, no markup, no HTML, no mention of anybody. Ends with a line break.
 */
export function serverMarkdown(report: ServerReport, masked: boolean): string {
  const tables = serverTables(report, masked).map(tableText);
  return `${['# PostgreSQL connections', ...tables].join('\n\n')}\n`;
}

function tableText({ title, head, rows }: ServerTable): string {
  const hasNotes = head[2] !== undefined;
  const cellsOf = ({ name, value, note }: ServerRow): string[] => [
    name ?? 'unknown',
    String(value ?? ''),
    ...(hasNotes ? [note ?? ''] : []),
  ];
  return [`## ${title}`, '', ...markdownTable({ head, right: [1], rows: rows.map(cellsOf) })].join('\n');
}
