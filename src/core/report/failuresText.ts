import { isNoFilter } from '../session/filter.ts';
import type { Trouble, TroubleGroup } from '../snapshot/troubleLists.ts';
import { showControlCharacters } from './controlCharacters.ts';
import { filterText } from './filterText.ts';
import type { LogReport } from './logReport.ts';
import { createShownTime, shownSpan, type ShownTime } from './shownTime.ts';
import { counted, createPaint, type Paint, shownClient, shownSentence } from './shownText.ts';
import type { TextStyle } from './summaryText.ts';
import { groupTroubles, type TroubleExplanations } from './troubleGroups.ts';

/**
 * Refused logins, then sessions that the server ended, then problems of the server: each with its count, and its
 * groups, newest first: when, who, the log's words, what they mean, what to do, and where they stand in the log; then
 * how many older ones are left out. Ends without a line break.
 */
export function failuresText(
  report: Pick<LogReport, 'failures' | 'endings' | 'problems' | 'totals' | 'filter'>,
  explanations: TroubleExplanations,
  style: TextStyle,
): string {
  const { totals, filter } = report;
  const paint = createPaint(style.colour);
  const time = createShownTime(style.timeZone);
  const of = isNoFilter(filter) ? '' : ` for ${showControlCharacters(filterText(filter))}`;
  const section = (title: string, count: number, troubles: readonly Trouble[]): string =>
    [
      paint('bold', `${title}${of}: ${count}`),
      ...groupTroubles(troubles, explanations).map((group) => groupText(group, time, paint)),
      ...olderLine(count - troubles.length),
    ].join('\n\n');
  return [
    section('Refused logins', totals.failures, report.failures),
    section('Sessions ended by the server', totals.endings, report.endings),
    section('Server problems', totals.problems, report.problems),
  ].join('\n\n');
}

function olderLine(count: number): string[] {
  return count > 0 ? [`  ${counted(count, 'older one')} not listed: the log itself has them.`] : [];
}

function groupText(group: TroubleGroup, time: ShownTime, paint: Paint): string {
  const [newest] = group.members;
  const head = [
    group.count > 1 ? `${group.count} times` : '',
    shownSpan(time, group.firstAt, group.lastAt) || 'at an unknown time',
    group.sqlState ?? '',
    shownClient(group),
  ].filter((part) => part !== '');
  const { link } = group;
  const lines = [
    showControlCharacters(group.message),
    ...labelled('Detail', newest?.detail),
    ...labelled('Hint', newest?.hint),
    ...labelled('Statement', newest?.statement),
    ...rawLines(newest?.rawText),
    shownSentence(group.meaning),
    shownSentence(group.nextStep),
    ...labelled('See', link === undefined ? undefined : `${link.path}:${link.line}`),
    ...labelled('Log', newest === undefined ? undefined : `${newest.file}, at byte ${newest.offsetBytes}`),
  ];
  const [message = '', ...rest] = lines;
  return [`  ${head.join('  ')}`, `    ${paint('red', message)}`, ...rest.map((line) => `    ${line}`)].join(
    '\n',
  );
}

/** What stood on the server's stderr, line by line. */
function rawLines(text: string | undefined): string[] {
  if (text === undefined) return [];
  return ['Standard error:', ...text.split('\n').map((line) => `  ${showControlCharacters(line)}`.trimEnd())];
}

function labelled(label: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`${label}: ${showControlCharacters(text)}`];
}
