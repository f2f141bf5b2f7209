import type { PoolTotals } from '../pool/poolBook.ts';
import type { PoolFinding } from '../pool/poolFinding.ts';
import { sumOfPools, type PoolReport } from './poolReport.ts';
import {
  counted,
  createPaint,
  padEndTo,
  shownName,
  shownSentence,
  widthOf,
  type Paint,
} from './shownText.ts';
import { createShownTime, shownSpan } from './shownTime.ts';
import type { TextStyle } from './summaryText.ts';

const columns: readonly (readonly [string, (pool: PoolTotals) => number | undefined])[] = [
  ['size', ({ size }) => size],
  ['out', ({ checkedOut }) => checkedOut],
  ['max out', ({ maxCheckedOut }) => maxCheckedOut],
  ['max overflow', ({ maxOverflowUsed }) => maxOverflowUsed],
  ['max waiting', ({ maxWaiting }) => maxWaiting],
  ['checkouts', ({ checkouts }) => checkouts],
  ['returns', ({ returns }) => returns],
  ['created', ({ created }) => created],
  ['servers', ({ servers }) => servers],
  ['max servers', ({ maxServers }) => maxServers],
  ['timeouts', ({ timeouts }) => timeouts],
];

/** The pools of an application's log as a table, what is wrong with them, and the log. Ends without a line break. */
export function poolText(report: PoolReport, style: TextStyle): string {
  const paint = createPaint(style.colour);
  const blocks = [poolTable(report.pools, paint)];
  if (report.findings.length > 0) blocks.push(findingLines(report.findings, paint));
  const span = shownSpan(createShownTime(style.timeZone), report.fromAt, report.toAt);
  const [file, ...more] = report.files;
  const name = file === '-' ? 'standard input' : shownName(file);
  const files = more.length === 0 ? name : `${name} and ${counted(more.length, 'more file')}`;
  const facts = [counted(report.lines, 'pool line'), span].filter((fact) => fact !== '').join(', ');
  blocks.push(`Log: ${files} (${facts})`);
  return blocks.join('\n\n');
}

/** One line a pool, and their sum where there are several; `-` = the log never says. */
export function poolTable(pools: readonly PoolTotals[], paint: Paint): string {
  const rows = pools.length > 1 ? [...pools, sumOfPools(pools)] : pools;
  const used = columns.filter(([, figure]) => rows.some((row) => figure(row) !== undefined));
  const cells = [
    ['Pool', 'kind', ...used.map(([title]) => title)],
    ...rows.map((row) => [
      shownName(row.name),
      row.kind,
      ...used.map(([, figure]) => String(figure(row) ?? '-')),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    cells.reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), 0),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? padEndTo(cell, widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [paint('bold', lines[0] ?? ''), ...lines.slice(1)].join('\n');
}

/** Each finding, and below it what to do. */
export function findingLines(findings: readonly PoolFinding[], paint: Paint): string {
  return findings
    .map(({ severity, sentence, nextStep }) => {
      const colour = severity === 'critical' ? 'red' : 'yellow';
      return `${paint(colour, shownSentence(sentence))}\n  ${shownSentence(nextStep)}`;
    })
    .join('\n');
}
