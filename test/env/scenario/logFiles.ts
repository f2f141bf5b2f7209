import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { LogFormat, Server } from '../servers.ts';
import { until } from './until.ts';
import type { Visitor } from './visitor.ts';

const extensions: Record<LogFormat, string> = { stderr: '.log', csv: '.csv', json: '.json' };

/**
 * The files of a server's log in one format, oldest first. The collector's are found in its folder; the stories
 * name them so that they sort by time.
 */
export function logFiles(server: Server, format: LogFormat, isCollected: boolean): string[] {
  if (!isCollected) return [server.stderrFile];
  const folder = join(server.dataDirectory, 'log');
  return readdirSync(folder)
    .filter((name) => name.endsWith(extensions[format]))
    .sort()
    .map((name) => join(folder, name));
}

/** Deletes all files of the collector but the newest of each format. */
export function removeOlderLogs(server: Server): void {
  for (const format of ['stderr', 'csv', 'json'] as const)
    for (const path of logFiles(server, format, true).slice(0, -1)) rmSync(path);
}

/** The text of those files, one after the other. */
export function logText(server: Server, format: LogFormat, isCollected: boolean): string {
  return logFiles(server, format, isCollected)
    .map((path) => readFileSync(path, 'latin1'))
    .join('');
}

/** What the server writes to files, and whether its collector does. */
export async function logDestinations(
  observer: Visitor,
): Promise<{ formats: LogFormat[]; isCollected: boolean }> {
  const [row] = await observer.query<{ destination: string; collector: boolean }>(
    `select current_setting('log_destination') as destination,
            current_setting('logging_collector')::boolean as collector`,
  );
  const destinations = row!.destination.split(',').map((name) => name.trim().replace(/log$/, ''));
  const formats = destinations.filter((name): name is LogFormat => name in extensions);
  return { formats, isCollected: row!.collector };
}

/**
 * Has the server log a line of its own, and waits until every destination has it: the pipe of the collector keeps
 * the order, so that all that came before is in the files too.
 */
export async function awaitMarker(server: Server, observer: Visitor, marker: string): Promise<void> {
  const { formats, isCollected } = await logDestinations(observer);
  await observer.query(`do $$ begin raise log '${marker}, it is'; end $$`);
  for (const format of formats) {
    await until(`the ${format} log has "${marker}"`, () => {
      const text = logText(server, format, isCollected);
      return text.includes(`${marker}, it is`) && text.endsWith('\n') ? true : undefined;
    });
  }
}
