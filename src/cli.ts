import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { explainFailure, linkOf } from './core/connection/failure.ts';
import type { DiscoveredLog } from './core/log/logPlace.ts';
import { failuresText } from './core/report/failuresText.ts';
import { parseArguments, type Command, type LogArgument, type LogOptions } from './core/report/grammar.ts';
import { helpText } from './core/report/helpText.ts';
import { historyText } from './core/report/historyText.ts';
import { jsonText } from './core/report/jsonText.ts';
import { listDocument, listText } from './core/report/listText.ts';
import { createPaint, shownSentence } from './core/report/shownText.ts';
import type { PoolCommand } from './core/report/poolGrammar.ts';
import { poolerDocument, poolerText } from './core/report/poolerReport.ts';
import { poolerLogDocument, poolLogDocument } from './core/report/poolJson.ts';
import { poolTable, poolText } from './core/report/poolText.ts';
import type { ServerCommand } from './core/report/serverCommand.ts';
import { summaryDocument } from './core/report/summaryJson.ts';
import { summaryText, warningLines } from './core/report/summaryText.ts';
import { UsageError } from './core/report/usage.ts';
import { noFilter } from './core/session/filter.ts';
import { SentenceError, type Sentence } from './core/sentence.ts';
import { defaultThresholds } from './core/server/finding.ts';
import { sentenceOf } from './engine/logFold.ts';
import { readLog, type ReadTarget } from './engine/readLog.ts';
import { readPool } from './engine/readPool.ts';
import { watchLog } from './engine/watchLog.ts';
import { watchServer } from './engine/watchServer.ts';
import { watchConsole, watchPool } from './engine/watchPool.ts';
import { readPgrxMajor } from './sources/discovery/cargoToml.ts';
import { chooseLog, chooseServer } from './sources/discovery/chooseLog.ts';
import { discoverLogs } from './sources/discovery/discover.ts';
import { machinePlaces } from './sources/discovery/places.ts';
import { resolvePlaces } from './sources/discovery/resolvePlace.ts';
import { openServer } from './sources/server/liveServer.ts';
import { openPoolerConsole } from './sources/pool/pgbouncerConsole.ts';
import manifest from '../package.json' with { type: 'json' };

const defaultWindowMinutes = 60;
const defaultBucketMinutes = 15;
/** Between two looks at a server. */
const pollMs = 2000;
/** What names a server in the environment (libpq); a user or a database alone does not. */
const serverVariables = ['PGSERVICE', 'PGHOST', 'PGHOSTADDR', 'PGPORT'];

/** The command line: arguments → engine → text. Answers the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const command = parseArguments(argv);
  switch (command.kind) {
    case 'help':
      return print(helpText);
    case 'version':
      return print(manifest.version);
    case 'list':
      return list(command.json);
    case 'server':
      return server(command);
    case 'watch':
      return watch(command);
    case 'pool':
      return pool(command);
    case 'export':
      return write(await (await exporting()).exported(command, reading));
    case 'incident':
      return write(await (await exporting()).incidentOfLog(command, reading));
    case 'summary':
    case 'history':
    case 'failures':
      return report(command);
  }
}

/** Loaded when it is needed: a bundle of its own. */
function exporting() {
  return import('./engine/exported.ts');
}

const reading = { targetOf, readLog, readPool, explainFailure, warn };

/** Writes as fast as standard output takes it. */
async function write(chunks: Iterable<string>): Promise<number> {
  await pipeline(Readable.from(chunks), process.stdout, { end: false });
  return 0;
}

async function list(json: boolean): Promise<number> {
  const logs = await discoverLogs(machinePlaces([process.cwd()]));
  if (json) return print(jsonText(listDocument(logs), 2));
  return print(listText(logs, { colour: colour(), home: homedir() }));
}

async function report(
  command: Extract<Command, { kind: 'summary' | 'history' | 'failures' }>,
): Promise<number> {
  const fold = await readLog(await targetOf(command.log), command);
  const isHistory = command.kind === 'history';
  const windowMinutes =
    command.windowMinutes ?? (isHistory && !command.json ? defaultWindowMinutes : undefined);
  const bucketMinutes = command.bucketMinutes ?? defaultBucketMinutes;
  const alignMinutes = isHistory && !command.json ? -new Date().getTimezoneOffset() : 0;
  const logReport = fold.report({ bucketMinutes, windowMinutes, alignMinutes });
  warn(fold.warnings);
  if (command.json) return print(jsonText(summaryDocument(logReport), 2));
  const style = { colour: colour() };
  if (isHistory) return print(historyText(logReport, windowMinutes ?? defaultWindowMinutes, style));
  if (command.kind === 'failures') return print(failuresText(logReport, { explainFailure, linkOf }, style));
  return print(summaryText(logReport, style));
}

/** Aborts when the user has had enough. */
function ended(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  return controller.signal;
}

async function server({ uri, json, watch }: ServerCommand): Promise<number> {
  return watchServer(openServer(await serverTarget(uri)), {
    json,
    watch,
    intervalMs: pollMs,
    thresholds: defaultThresholds,
    signal: ended(),
    colour: colour(),
    redraw: process.stdout.isTTY,
    print: (text) => void print(text),
    warn,
  });
}

/** The URI, else what the environment names as libpq would, else the server of this folder or the one started last. */
async function serverTarget(uri: string | undefined): Promise<Parameters<typeof openServer>[0]> {
  const environment = process.env;
  if (uri !== undefined) return { uri, environment };
  if (serverVariables.some((name) => (environment[name] ?? '') !== '')) return { environment };
  const found = await discoverLogs(machinePlaces([process.cwd()]));
  const log = chooseServer(found, { cargoMajor: await workspaceMajor() });
  return log === undefined ? { environment } : { log, environment };
}

/** The pgrx version of this folder. */
function workspaceMajor(): Promise<number | undefined> {
  return readPgrxMajor([join(process.cwd(), 'Cargo.toml')]);
}

async function watch(options: LogOptions): Promise<number> {
  const signal = ended();
  const target = await targetOf(options.log);
  await watchLog(target, {
    ...options,
    signal,
    colour: colour(),
    print: (line) => void print(line),
    warn,
  });
  return 0;
}

async function pool(command: PoolCommand): Promise<number> {
  const { from, json, watch: isWatched } = command;
  const style = { colour: colour() };
  if (from.kind === 'console') return poolerConsole(from.uri, command);
  const target = await targetOf(from);
  if (isWatched) return watchPools(target, command);
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
async function targetOf(log: LogArgument): Promise<ReadTarget> {
  switch (log.kind) {
    case 'stdin':
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
      return log.paths.length > 0 ? resolvePlaces(log.paths, machinePlaces(), process.cwd()) : discovered();
  }
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

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function warn(warnings: readonly Sentence[]): void {
  for (const line of warningLines({ warnings })) process.stderr.write(`${line}\n`);
}

function colour(): boolean {
  return process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
}

// What is read of a log is short-lived: room for more of it than the first megabytes is memory and no speed.
setFlagsFromString('--semi-space-growth-factor=1');

// The reader of a pipe may leave early (`connections … | head`): that is no error.
process.stdout.on('error', () => process.exit(0));

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`connections: ${shownSentence(sentenceOf(error))}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
