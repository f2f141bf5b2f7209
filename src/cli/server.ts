import type { ServerCommand } from '../core/report/serverCommand.ts';
import { UsageError } from '../core/report/usage.ts';
import { defaultThresholds } from '../core/server/finding.ts';
import { watchServer } from '../engine/watchServer.ts';
import { chooseServer } from '../sources/discovery/chooseLog.ts';
import { discoverLogs } from '../sources/discovery/discover.ts';
import { machinePlaces } from '../sources/discovery/places.ts';
import { writtenConninfo } from '../sources/server/conninfo.ts';
import { openServer } from '../sources/server/liveServer.ts';
import { ServerProblem } from '../sources/server/serverProblem.ts';
import { workspaceMajor } from './logTarget.ts';
import { colour, ended, print, warn } from './terminal.ts';

/** Between two looks at a server. */
const pollMs = 2000;
/** What names a server in the environment (libpq); a user or a database alone does not. */
const serverVariables = ['PGSERVICE', 'PGHOST', 'PGHOSTADDR', 'PGPORT'];

/** `connections server`: what a live server tells, once or again and again. Answers the exit code. */
export async function server({ uri, json, watch }: ServerCommand): Promise<number> {
  return watchServer(openServer(await serverTarget(uri)), {
    json,
    watch,
    intervalMs: pollMs,
    thresholds: defaultThresholds,
    // asked once, it ends with the signal as any program does
    signal: watch ? ended() : new AbortController().signal,
    colour: colour(),
    redraw: process.stdout.isTTY,
    print: (text) => void print(text),
    warn,
  });
}

/** The URI, else what the environment names as libpq would, else the server of this folder or the one started last. */
async function serverTarget(uri: string | undefined): Promise<Parameters<typeof openServer>[0]> {
  const environment = process.env;
  if (uri !== undefined) {
    mustBeUri(uri, environment);
    return { uri, environment };
  }
  if (serverVariables.some((name) => (environment[name] ?? '') !== '')) return { environment };
  const found = await discoverLogs(machinePlaces([process.cwd()]));
  const log = chooseServer(found, { cargoMajor: await workspaceMajor() });
  return log === undefined ? { environment } : { log, environment };
}

/** Throws a UsageError for what is no URI. */
function mustBeUri(uri: string, environment: NodeJS.ProcessEnv): void {
  try {
    writtenConninfo(uri, environment);
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error;
    throw new UsageError(error.sentence.message, ...error.sentence.args);
  }
}
