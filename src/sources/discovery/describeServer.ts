import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiscoveredLog } from '../../core/log/logPlace.ts';
import { connectionLoggingOf } from './connectionLogging.ts';
import { locateLog } from './locateLog.ts';
import type { Places } from './places.ts';
import { readCurrentLogfiles, readMajorVersion, readPostmaster } from './postmaster.ts';
import { logSettingsOf, readServerConfiguration } from './serverConfiguration.ts';
import type { ServerConfiguration } from './serverConfiguration.ts';
import { isServerProcess, readServerProcess } from './serverProcess.ts';
import type { Sighting } from './sighting.ts';
import { realPathOr, textOf } from './smallFile.ts';

/** Everything that the files tell of one server and its log. Never throws; what cannot be read is undefined. */
export async function describeServer(sighting: Sighting, places: Places): Promise<DiscoveredLog> {
  // the files of a container are not where its paths say
  const configuration = sighting.process?.inContainer
    ? nothingKnown
    : await readServerConfiguration({ ...sighting, argv: sighting.process?.argv });
  const { dataDirectory } = configuration;
  const life = await lifeOf(sighting, dataDirectory, places);
  const pid = life.postmasterPid;
  const process = sighting.process ?? (pid === undefined ? undefined : await readServerProcess(pid, places));
  const currentLogfiles = dataDirectory === undefined ? new Map() : await readCurrentLogfiles(dataDirectory);
  const majorVersion = (dataDirectory && (await readMajorVersion(dataDirectory))) || sighting.majorVersion;
  const port = life.port ?? portOf(configuration) ?? sighting.port ?? (process && 5432);
  const facts = { configuration, currentLogfiles, ...life, port, process, errorFile: sighting.errorFile };
  const log = await locateLog(facts, places);
  const settings = logSettingsOf(configuration);
  const identity = dataDirectory === undefined ? undefined : await realPathOr(dataDirectory);
  return {
    ...log,
    ...life,
    id:
      identity ??
      (life.startedAt === undefined ? (log.path ?? `port ${port ?? ''}`) : `${port ?? ''}:${life.startedAt}`),
    kind: sighting.kind,
    serverVersion: await exactVersion(majorVersion, dataDirectory, process?.program),
    majorVersion,
    port,
    dataDirectory: identity,
    configFile: configuration.configFile,
    socketDirectory: life.socketDirectory ?? socketDirectoryOf(configuration, places),
    settings,
    // a file that could override what was read leaves it open
    connectionLogging:
      configuration.unreadable.length > 0 ? 'unknown' : connectionLoggingOf(settings, majorVersion),
    problem: log.place === undefined ? (sighting.problem ?? log.problem) : log.problem,
  };
}

const nothingKnown: ServerConfiguration = { values: new Map(), unreadable: [] };

type Life = Pick<DiscoveredLog, 'running' | 'startedAt' | 'postmasterPid' | 'port' | 'socketDirectory'>;

/** Whether it runs, from postmaster.pid; where that is closed to this user, from its process or external pid file. */
async function lifeOf(sighting: Sighting, dataDirectory: string | undefined, places: Places): Promise<Life> {
  const postmaster = dataDirectory === undefined ? undefined : await readPostmaster(dataDirectory, places);
  if (postmaster !== undefined) {
    const { pid, startedAt, port, socketDirectory } = postmaster;
    return { running: true, postmasterPid: pid, startedAt, port, socketDirectory };
  }
  const pid = sighting.process?.pid ?? (await externalPid(sighting.pidFile, places));
  return pid === undefined
    ? { running: false }
    : { running: true, postmasterPid: pid, startedAt: await startOf(pid, places) };
}

async function externalPid(pidFile: string | undefined, places: Places): Promise<number | undefined> {
  const pid = Number((pidFile && (await textOf(pidFile))) || NaN);
  if (!Number.isInteger(pid) || pid <= 0 || !places.isAlive(pid)) return undefined;
  return (await isServerProcess(pid, places)) === false ? undefined : pid;
}

/** /proc/<pid> is as old as its process, near enough to tell which server was started last. */
async function startOf(pid: number, { platform, roots }: Places): Promise<number | undefined> {
  if (platform !== 'linux') return undefined;
  const [stats, uptime] = await Promise.all([
    textOf(join(roots.proc, String(pid), 'stat')),
    textOf(join(roots.proc, 'stat')),
  ]);
  // proc(5): starttime is the 22nd field, in hundredths of a second since boot; the name before it may hold blanks
  const ticks = Number(stats?.slice(stats.lastIndexOf(')') + 2).split(' ')[19]);
  const bootSeconds = Number(/^btime (\d+)/m.exec(uptime ?? '')?.[1]);
  if (Number.isFinite(ticks) && Number.isFinite(bootSeconds)) return bootSeconds * 1000 + ticks * 10;
  return stat(join(roots.proc, String(pid))).then(
    (entry) => entry.mtimeMs,
    () => undefined,
  );
}

function portOf({ values }: ServerConfiguration): number | undefined {
  return Number(values.get('port')?.value) || undefined;
}

function socketDirectoryOf(
  { values, configFile, unreadable }: ServerConfiguration,
  { platform }: Places,
): string | undefined {
  const configured = values.get('unix_socket_directories')?.value.split(',')[0]?.trim();
  if (configured !== undefined) return configured === '' ? undefined : configured;
  const known = configFile !== undefined && !unreadable.includes(configFile);
  return known && platform !== 'win32' ? '/tmp' : undefined;
}

/** `15.18` where the program lies in a folder of that name, as pgrx's (`17.5/pgrx-install`) and Homebrew's do. */
async function exactVersion(
  major: number | undefined,
  dataDirectory?: string,
  program?: string,
): Promise<string | undefined> {
  if (major === undefined) return undefined;
  const opts = dataDirectory && (await textOf(join(dataDirectory, 'postmaster.opts')));
  const path = program ?? (opts ? opts.slice(0, opts.indexOf(' "')) : '');
  return new RegExp(`[/\\\\](${major}\\.\\d+)(?:_\\d+)?[/\\\\]`).exec(path)?.[1] ?? String(major);
}
