import { explainFailure, linkOf } from '../core/connection/failure.ts';
import { failuresText } from '../core/report/failuresText.ts';
import type { Command, LogOptions } from '../core/report/grammar.ts';
import { historyText } from '../core/report/historyText.ts';
import { jsonText } from '../core/report/jsonText.ts';
import { summaryDocument } from '../core/report/summaryJson.ts';
import { summaryText } from '../core/report/summaryText.ts';
import { readLog, spanBy } from '../engine/readLog.ts';
import { watchLog } from '../engine/watchLog.ts';
import { followedTargetOf, targetOf } from './logTarget.ts';
import { colour, ended, print, warn } from './terminal.ts';

const defaultWindowMinutes = 60;
/** Of the history, where nobody says another. */
export const defaultBucketMinutes = 15;

/** What a log tells up to its end: summary, history or failures. Answers the exit code. */
export async function report(
  command: Extract<Command, { kind: 'summary' | 'history' | 'failures' }>,
): Promise<number> {
  const target = await targetOf(command.log, spanBy(command));
  // what brings the log may go on for ever (`docker logs -f`): who has had enough is told what was read
  const signal = command.log.kind === 'stdin' ? ended() : undefined;
  const fold = await readLog(target, { ...command, signal });
  const isHistory = command.kind === 'history';
  const windowMinutes =
    command.windowMinutes ?? (isHistory && !command.json ? defaultWindowMinutes : undefined);
  const bucketMinutes = command.bucketMinutes ?? defaultBucketMinutes;
  const { newestAt = 0 } = fold.state.book;
  const alignMinutes = isHistory && !command.json ? -new Date(newestAt).getTimezoneOffset() : 0;
  const logReport = fold.report({ bucketMinutes, windowMinutes, alignMinutes });
  warn(fold.warnings);
  if (command.json) return print(jsonText(summaryDocument(logReport), 2));
  const style = { colour: colour() };
  if (isHistory) return print(historyText(logReport, windowMinutes ?? defaultWindowMinutes, style));
  if (command.kind === 'failures') return print(failuresText(logReport, { explainFailure, linkOf }, style));
  return print(summaryText(logReport, style));
}

/** Follows a log and prints what happens, until its end or the user's. Answers the exit code. */
export async function watch(options: LogOptions): Promise<number> {
  const signal = ended();
  const target = await followedTargetOf(options.log, spanBy(options));
  await watchLog(target, {
    ...options,
    signal,
    colour: colour(),
    print: (line) => void print(line),
    warn,
  });
  return 0;
}
