import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { explainFailure } from '../core/connection/failure.ts';
import type { LogArgument } from '../core/report/grammar.ts';
import { exported, incidentOfLog } from '../engine/exported.ts';
import { readLog, spanBy, type ReadOptions } from '../engine/readLog.ts';
import { readPool } from '../engine/readPool.ts';
import { targetOf } from './logTarget.ts';
import { warn } from './terminal.ts';

const reading = {
  targetOf: (log: LogArgument, options: ReadOptions) => targetOf(log, spanBy(options)),
  readLog,
  readPool,
  explainFailure,
  warn,
};

/** `connections export`: what configures another program, or the events of a log. Answers the exit code. */
export async function writeExport(command: Parameters<typeof exported>[0]): Promise<number> {
  return write(await exported(command, reading));
}

/** `connections --incident`: what happened in a window, as Markdown. Answers the exit code. */
export async function writeIncident(command: Parameters<typeof incidentOfLog>[0]): Promise<number> {
  return write(await incidentOfLog(command, reading));
}

/** Writes as fast as standard output takes it. */
async function write(chunks: Iterable<string>): Promise<number> {
  await pipeline(Readable.from(chunks), process.stdout, { end: false });
  return 0;
}
