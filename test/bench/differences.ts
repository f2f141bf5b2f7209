import type { SummaryDocument } from '../../src/core/report/summaryJson.ts';
import type { Truth } from './generator/truth.ts';

/** Lists of the summary document hold so many of the newest; counts are exact beyond. */
const longestList = 10_000;
/** Buckets of the summary document. */
const shownTroubles = ['lastFailures', 'lastEndings'] as const;

/** What a summary says that is not the truth about its log, one sentence each; none = it is exact. */
export function differences(truth: Truth, summary: SummaryDocument): string[] {
  const found: string[] = [];
  const compare = (what: string, told: unknown, wanted: unknown): void => {
    const [a, b] = [JSON.stringify(told), JSON.stringify(wanted)];
    if (a !== b) found.push(`${what}: told ${shortened(a)}, true is ${shortened(b)}`);
  };
  compare('activeIs', summary.activeIs, 'exact');
  compare('log.bytes', summary.log.bytes, truth.bytes);
  compare('log.skipped', summary.log.skipped, 0);
  for (const count of ['connects', 'disconnects', 'lost', 'failed', 'replicationConnects'] as const)
    compare(count, summary[count], truth[count]);
  compare('endings', summary.endings.length, Math.min(truth.endings, longestList));
  compare('problems', summary.problems.length, Math.min(truth.problems, longestList));
  for (const names of ['byDatabase', 'byUser', 'byApplication', 'byHost'] as const)
    compareEach(names, bySortedName(summary[names]), bySortedName(truth[names]), compare);
  compareEach('history', summary.history.buckets, truth.buckets.slice(-longestList), compare);
  compareEach('active', sessionsOf(summary.active), sessionsOf(truth.active), compare);
  for (const list of shownTroubles) {
    const wanted = truth[list].slice(-200);
    const told = (list === 'lastFailures' ? summary.failures : summary.endings).slice(-wanted.length);
    compareEach(list, told.map(troubleOf), wanted.map(troubleOf), compare);
  }
  return found;
}

type Compare = (what: string, told: unknown, wanted: unknown) => void;

/** The first few that differ are named: the rest mostly follows from them. */
function compareEach(
  what: string,
  told: readonly unknown[],
  wanted: readonly unknown[],
  compare: Compare,
): void {
  compare(`${what}.length`, told.length, wanted.length);
  const wrong = wanted.flatMap((each, index) =>
    JSON.stringify(each) === JSON.stringify(told[index]) ? [] : [index],
  );
  for (const index of wrong.slice(0, 5)) compare(`${what}[${index}]`, told[index], wanted[index]);
}

function sessionsOf(sessions: Truth['active'] | SummaryDocument['active']): unknown[] {
  return sessions
    .map(({ pid, user, database, application, host, port, connectedAt, replication }) => {
      return { pid, user, database, application, host, port, connectedAt, replication };
    })
    .sort((a, b) => (a.pid ?? 0) - (b.pid ?? 0));
}

function bySortedName(counts: readonly { name: string | null; count: number }[]): unknown[] {
  return [...counts].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
}

function troubleOf({
  at,
  pid,
  message,
}: Truth['lastFailures'][number] | SummaryDocument['failures'][number]) {
  return { at, pid, message };
}

function shortened(text: string | undefined): string {
  return (text ?? 'nothing').slice(0, 300);
}
