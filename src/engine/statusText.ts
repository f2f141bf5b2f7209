import { programName } from '../core/log/logPlace.ts';
import { filterText } from '../core/report/filterText.ts';
import { shownSentence } from '../core/report/shownText.ts';
import { shownDuration } from '../core/report/shownTime.ts';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { isNoFilter } from '../core/session/filter.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { Understanding } from '../sources/understanding.ts';
import type { FollowedSource } from './followedSource.ts';

/** Everything that *Show Status* says of one source, as Markdown; `metrics` = where they are, or why they are not. */
export function statusTextOf(source: FollowedSource, status: SourceStatus, metrics?: string): string {
  const { log, totals } = status;
  const { understanding } = source.fold.log;
  const settings = Object.entries(log.settings).filter(([, value]) => value !== undefined && value !== '');
  const rows: [string, string | number | undefined][] = [
    ['Log', log.path],
    ['State', status.state],
    ['Behind', status.behindMs === undefined ? undefined : shownDuration(status.behindMs)],
    ['Trouble', status.trouble && shownSentence(status.trouble)],
    [
      'Server',
      `${programName(status.format)} ${status.serverVersion ?? 'of unknown version'}${log.running ? ', running' : ', not running'}`,
    ],
    ['Port', log.port],
    ['Data directory', log.dataDirectory],
    ['Connection logging', log.connectionLogging],
    ['Format', status.format],
    ['Wrapped in', understanding.wrapping],
    ['log_line_prefix', status.logLinePrefix === undefined ? undefined : `"${status.logLinePrefix}"`],
    [
      'Read',
      `${understanding.bytes.toLocaleString('en-US')} bytes in ${filesText(new Set(source.fold.log.files.map(({ file }) => file)).size)}`,
    ],
    ['Understood', understoodText(understanding)],
    ['Newest line', status.newestAt === undefined ? undefined : new Date(status.newestAt).toISOString()],
    ['Active', `${status.active} (${status.activeIs}), ${status.activeReplication} replication`],
    [
      'Counts',
      `${totals.connects} connects, ${totals.disconnects} disconnects, ${totals.lost} lost, ${totals.failures} failed`,
    ],
    ['/metrics', metrics],
    ['Filter', isNoFilter(status.filter) ? undefined : filterText(status.filter)],
    ['Cleared', status.clearedAt === undefined ? undefined : new Date(status.clearedAt).toISOString()],
  ];
  const lines = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `- ${name}: ${showControlCharacters(String(value))}`);
  const section = (title: string, items: readonly string[]): string[] =>
    items.length === 0
      ? []
      : ['', `## ${title}`, '', ...items.map((item) => `- ${showControlCharacters(item)}`)];
  return [
    '# PostgreSQL Connections',
    '',
    ...lines,
    ...section('Warnings', status.warnings.map(shownSentence)),
    ...section(
      'Lines not understood',
      understanding.counterExamples.map(
        ({ line, fileNumber, offsetBytes }) =>
          `${source.fold.fileName(fileNumber)}, byte ${offsetBytes.toLocaleString('en-US')}: ${line}`,
      ),
    ),
    ...section(
      'Settings of the server',
      settings.map(([name, value]) => `${name}: ${String(value)}`),
    ),
    '',
  ].join('\n');
}

function understoodText({ understood, skipped }: Understanding): string {
  const [some, all] = [understood, understood + skipped].map((count) => count.toLocaleString('en-US'));
  return `${some} of ${all} lines that look like log lines`;
}

function filesText(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
