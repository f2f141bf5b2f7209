import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import type { LogArgument } from '../core/report/grammar.ts';
import { UsageError } from '../core/report/usage.ts';
import { SentenceError } from '../core/sentence.ts';
import type { ReadTarget } from '../engine/readLog.ts';
import { readPgrxMajor } from '../sources/discovery/cargoToml.ts';
import { chooseLog } from '../sources/discovery/chooseLog.ts';
import type { SpanOf } from '../sources/discovery/consecutiveLogs.ts';
import { discoverLogs } from '../sources/discovery/discover.ts';
import { machinePlaces } from '../sources/discovery/places.ts';
import { resolvePlaces } from '../sources/discovery/resolvePlace.ts';
import { withNewNames } from '../sources/newNames.ts';
import { warn } from './terminal.ts';

/**
 * What an argument names: standard input, a number of the list, paths, or what is found. Throws a SentenceError. `spanOf`
 * reads several files where only their lines tell whether they are one log.
 */
export async function targetOf(log: LogArgument, spanOf?: SpanOf): Promise<ReadTarget> {
  switch (log.kind) {
    case 'stdin':
      if (fstatSync(0).isDirectory())
        throw new SentenceError('Standard input is a directory: name the directory instead.');
      return process.stdin;
    case 'number': {
      const found = await discoverLogs(machinePlaces([process.cwd()]));
      const chosen = found[log.number - 1];
      if (chosen) return followable(chosen);
      if (found.length === 0)
        throw new UsageError(
          'There is no log {0}, for none was found: start a server, or name a log file.',
          log.number,
        );
      throw new UsageError(
        'There is no log {0}: "connections list" shows those from 1 to {1}.',
        log.number,
        found.length,
      );
    }
    case 'paths':
      if (log.paths.length === 0) return discovered();
      return resolvePlaces(log.paths, machinePlaces(), process.cwd(), spanOf);
  }
}

/** The same, to be followed: from named files on, also into those that the server begins next. */
export async function followedTargetOf(log: LogArgument, spanOf: SpanOf): Promise<ReadTarget> {
  const target = await targetOf(log, spanOf);
  if (!('settings' in target) || target.place === undefined || log.kind !== 'paths') return target;
  const { place, warning } = withNewNames(target.place);
  if (warning) warn([warning]);
  return { ...target, place };
}

/** The log that nobody named: that of the pgrx server of this folder's Cargo.toml, else of the server started last. */
async function discovered(): Promise<DiscoveredLog> {
  const found = await discoverLogs(machinePlaces([process.cwd()]));
  const chosen = chooseLog(found, { cargoMajor: await workspaceMajor() });
  if (chosen) return followable(chosen);
  if (found.length === 0)
    throw new SentenceError('No PostgreSQL log was found: start a server, or name a log file.');
  throw new SentenceError(
    'None of the {0} servers found has a log that can be read: "connections list" tells why, or name a log file.',
    found.length,
  );
}

function followable(log: DiscoveredLog): DiscoveredLog {
  if (log.problem) throw new SentenceError(log.problem.message, ...log.problem.args);
  return log;
}

/** The pgrx version of this folder. */
export function workspaceMajor(): Promise<number | undefined> {
  return readPgrxMajor([join(process.cwd(), 'Cargo.toml')]);
}
