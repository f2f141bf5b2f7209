import type { PoolCommand } from '../core/report/poolGrammar.ts';
import { jsonText } from '../core/report/jsonText.ts';
import { poolerDocument, poolerText } from '../core/report/poolerReport.ts';
import { poolerLogDocument, poolLogDocument } from '../core/report/poolJson.ts';
import { poolTable, poolText } from '../core/report/poolText.ts';
import { createPaint } from '../core/report/shownText.ts';
import { summaryDocument } from '../core/report/summaryJson.ts';
import { summaryText } from '../core/report/summaryText.ts';
import { noFilter } from '../core/session/filter.ts';
import type { ReadTarget } from '../engine/readLog.ts';
import { poolSpanBy, readPool } from '../engine/readPool.ts';
import { watchLog } from '../engine/watchLog.ts';
import { watchConsole, watchPool } from '../engine/watchPool.ts';
import { openPoolerConsole } from '../sources/pool/pgbouncerConsole.ts';
import { defaultBucketMinutes } from './log.ts';
import { followedTargetOf, targetOf } from './logTarget.ts';
import { colour, ended, print, warn } from './terminal.ts';

/** `connections pool`: the pools that a log or a PgBouncer's console tells of. Answers the exit code. */
export async function pool(command: PoolCommand): Promise<number> {
  const { from, json, watch: isWatched } = command;
  const style = { colour: colour() };
  if (from.kind === 'console') return poolerConsole(from.uri, command);
  const spanOf = poolSpanBy(command);
  if (isWatched) return watchPools(await followedTargetOf(from, spanOf), command);
  const target = await targetOf(from, spanOf);
  const reading = await readPool(target, command);
  if (reading.kind === 'application') {
    warn(reading.report.warnings);
    return print(json ? jsonText(poolLogDocument(reading.report), 2) : poolText(reading.report, style));
  }
  const { fold, pools } = reading;
  const logReport = fold.report({ bucketMinutes: defaultBucketMinutes });
  warn(fold.warnings);
  if (json) return print(jsonText(poolerLogDocument(summaryDocument(logReport), pools), 2));
  return print(`${poolTable(pools, createPaint(style.colour))}\n\n${summaryText(logReport, style)}`);
}

async function watchPools(target: ReadTarget, command: PoolCommand): Promise<number> {
  const options = {
    ...{ json: command.json, pattern: command.pattern, timeZone: command.timeZone },
    ...{ signal: ended(), colour: colour(), print: (line: string) => void print(line), warn },
  };
  const outcome = await watchPool(target, options);
  if (outcome === 'pgbouncer') await watchLog(target, { ...options, filter: noFilter });
  return 0;
}

async function poolerConsole(uri: string, command: PoolCommand): Promise<number> {
  const style = { colour: colour() };
  const pooler = openPoolerConsole({ uri });
  try {
    if (command.watch) {
      const signal = ended();
      await watchConsole(pooler, { ...command, ...style, signal, print: (line) => void print(line), warn });
      return 0;
    }
    const sample = await pooler.poll();
    return print(
      command.json ? jsonText(poolerDocument(sample), 2) : poolerText(sample, pooler.label, style),
    );
  } finally {
    await pooler.close();
  }
}
