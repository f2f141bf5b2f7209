import { showControlCharacters } from './controlCharacters.ts';
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
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cellsOf = ({ name, value, note }: ServerRow): string[] => [
    plainText(name ?? 'unknown'),
    plainText(String(value ?? '')),
    ...(hasNotes ? [plainText(note ?? '')] : []),
  ];
  return [
    `## ${title}`,
    '',
    line(head),
    line(head.map((_, column) => (column === 1 ? '---:' : '---'))),
    ...rows.map((row) => line(cellsOf(row))),
  ].join('\n');
}

/** Text as itself: a backslash before what is markup (CommonMark, section 2.4), and what makes links of words cut apart. */
function plainText(text: string): string {
  return showControlCharacters(text)
    .replace(/[\\`*_{}[\]<>#|~&!$^]/gu, '\\$&')
    .replace(/@(?=[\w-])|:(?=\/\/)|\bwww(?=\.)/giu, '$&<!-- -->');
}
