import type { explainFailure } from '../core/connection/failure.ts';
import { eventsCsv, eventsJsonLines } from '../core/report/eventsExport.ts';
import type { ExportCommand } from '../core/report/exportGrammar.ts';
import { configText } from '../core/report/exportText.ts';
import type { Command, LogArgument } from '../core/report/grammar.ts';
import { sumOfPools } from '../core/report/poolReport.ts';
import { createShownTime } from '../core/report/shownTime.ts';
import { sentence, SentenceError, type Sentence } from '../core/sentence.ts';
import { feedRows } from '../core/session/logReportOf.ts';
import type { PoolTotals } from '../core/pool/poolBook.ts';
import { incidentText } from './incidentText.ts';
import type { readLog, ReadOptions, ReadTarget } from './readLog.ts';
import type { readPool } from './readPool.ts';

/** The most that are held for an export, and for an incident: some 300 MB of memory. */
const mostEvents = 1_000_000;
const minuteMs = 60_000;

/** How the terminal reads, for it has that loaded already. */
export interface Reading {
  readonly targetOf: (log: LogArgument, options: ReadOptions) => Promise<ReadTarget>;
  readonly readLog: typeof readLog;
  readonly readPool: typeof readPool;
  readonly explainFailure: typeof explainFailure;
  readonly warn: (warnings: readonly Sentence[]) => void;
}

/** What `connections export …` prints. Rejects with a SentenceError when the log cannot be read. */
export async function exported(command: ExportCommand, reading: Reading): Promise<Iterable<string>> {
  if (command.what === 'panels') return [configText('panels', {}, await poolOf(command, reading))];
  if (!('filter' in command)) return [configText(command.what)];
  const { targetOf, warn } = reading;
  const fold = await reading.readLog(await targetOf(command.log, command), {
    ...command,
    memoryEvents: mostEvents,
  });
  warn(fold.warnings);
  if (!fold.state.hasAllEvents)
    warn([sentence('Only the newest {0} events are written: give fewer files.', mostEvents)]);
  const rows = feedRows(fold.state, Number.POSITIVE_INFINITY);
  return command.what === 'csv' ? eventsCsv(rows) : eventsJsonLines(rows);
}

/** What a log tells of its pools; undefined = none is named. */
async function poolOf(
  command: Extract<ExportCommand, { what: 'panels' }>,
  { targetOf, readPool }: Reading,
): Promise<PoolTotals | undefined> {
  if (command.log === undefined) return undefined;
  const reading = await readPool(await targetOf(command.log, command), command);
  return sumOfPools(reading.kind === 'application' ? reading.report.pools : reading.pools);
}

/** What `connections --incident` prints. */
export async function incidentOfLog(
  command: Extract<Command, { kind: 'incident' }>,
  { targetOf, readLog, explainFailure }: Reading,
): Promise<Iterable<string>> {
  const { windowMinutes, untilAt: toAt, masked } = command;
  const fold = await readLog(await targetOf(command.log, command), { ...command, memoryEvents: mostEvents });
  const { fromAt: beganAt, book } = fold.state;
  if (toAt !== undefined && beganAt !== undefined && toAt < beganAt)
    throw new SentenceError(
      '--until is before the log begins, which is at {0}: give a later time, or older files too.',
      createShownTime(undefined).full(beganAt),
    );
  const endAt = toAt ?? book.newestAt;
  const isWhole = windowMinutes === undefined || endAt === undefined;
  const window = { fromAt: isWhole ? undefined : endAt - windowMinutes * minuteMs, toAt };
  return [incidentText(fold, window, { masked }, explainFailure)];
}
