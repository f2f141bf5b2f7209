import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { summaryDocument, type SummaryDocument } from '../../../src/core/report/summaryJson.ts';
import { readLog } from '../../../src/engine/readLog.ts';
import { machinePlaces } from '../../../src/sources/discovery/places.ts';
import { resolvePlaces } from '../../../src/sources/discovery/resolvePlace.ts';
import { checkout } from '../checkout.ts';

const run = promisify(execFile);
const mostOutputBytes = 64 * 1024 * 1024;

/** The summary of a log as the built command line prints it. */
export async function summaryByCommand(paths: readonly string[]): Promise<SummaryDocument> {
  const command = [join(checkout, 'dist', 'cli.cjs'), ...paths, '--json'];
  const { stdout } = await run(process.execPath, command, { maxBuffer: mostOutputBytes });
  return JSON.parse(stdout) as SummaryDocument;
}

/** The same, from the engine in this process. */
export async function summaryByEngine(paths: readonly string[]): Promise<SummaryDocument> {
  const fold = await readLog({ place: { kind: 'files', paths }, settings: {} });
  return summaryDocument(fold.report({ bucketMinutes: 15 }));
}

/** The same of whatever the command line takes, also a folder: as it finds and reads it, but in this process. */
export async function summaryOfNamed(names: readonly string[]): Promise<SummaryDocument> {
  const log = await resolvePlaces(names, machinePlaces(), checkout);
  if (log.problem) throw new Error(log.problem.message);
  return summaryDocument((await readLog(log)).report({ bucketMinutes: 15 }));
}
