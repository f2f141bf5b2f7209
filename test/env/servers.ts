import type { ClientConfig } from 'pg';
import { readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

import { appendSettings, createCluster, writeHba } from './cluster.ts';
import { freePort } from './freePort.ts';
import { Postmaster, type ShutdownMode } from './postmaster.ts';
import { freshDirectory } from './runDirectory.ts';
import { serverVersion } from './serverBinaries.ts';

export { availableMajors, newestMajor, speaks, testedMajors } from './serverBinaries.ts';
export { freshDirectory, runDirectory } from './runDirectory.ts';
export type { ShutdownMode } from './postmaster.ts';

/** How the server writes its log; the names of formats are those of `log_destination` without "log". */
export type LogFormat = 'stderr' | 'csv' | 'json';

export interface ServerOptions {
  readonly major: number;
  /** Written to postgresql.conf after ours, so these win. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The lines of pg_hba.conf; by default everybody is trusted. */
  readonly hba?: readonly string[];
  /**
   * `file`: stderr is appended to one file, as by `pg_ctl -l`. `collector`: the logging collector writes into
   * the data directory.
   */
  readonly logTo: 'file' | 'collector';
  /** Other than `stderr` needs the collector, `json` also PostgreSQL 15. */
  readonly logFormat?: LogFormat;
  /** Where the cluster is or shall be (absolute, in `freshDirectory()` so that the servers' user gets there). */
  readonly dataDirectory?: string;
  /** The language it speaks, such as `de_DE.UTF-8`: then it is Debian's 15. */
  readonly locale?: string | undefined;
  /** Takes the first free port at or above this one instead of any. */
  readonly portBase?: number;
}

/** A real PostgreSQL server on 127.0.0.1, ended at the latest with this process. */
export class Server {
  readonly major: number;
  /** Like `16.14`. */
  readonly version: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** The folder of its Unix socket (a `host` for libpq and pg), undefined on Windows. */
  readonly socketDirectory: string | undefined;
  /** What reaches the server's stderr; with the collector only the first lines. */
  readonly stderrFile: string;
  readonly #logFormat: LogFormat;
  readonly #collected: boolean;
  readonly #directory: string;
  readonly #postmaster: Postmaster;

  /** Use `startServer`. */
  constructor(options: ServerOptions, directory: string, dataDirectory: string, port: number) {
    this.major = options.major;
    this.version = serverVersion(options.major, options.locale);
    this.port = port;
    this.dataDirectory = dataDirectory;
    this.socketDirectory = process.platform === 'win32' ? undefined : directory;
    this.stderrFile = join(directory, 'postgres.log');
    this.#logFormat = options.logFormat ?? 'stderr';
    this.#collected = options.logTo === 'collector';
    this.#directory = directory;
    this.#postmaster = new Postmaster(options.major, dataDirectory, this.stderrFile, options.locale);
  }

  /** The process id of the postmaster, also after it has ended. */
  get pid(): number {
    return this.#postmaster.pid;
  }

  /** The log being written now; with the collector, as `current_logfiles` names it. */
  get logFile(): string {
    if (!this.#collected) return this.stderrFile;
    const destination = this.#logFormat === 'stderr' ? 'stderr' : `${this.#logFormat}log`;
    const lines = readFileSync(join(this.dataDirectory, 'current_logfiles'), 'utf8').split('\n');
    const path = lines.find((line) => line.startsWith(`${destination} `))?.slice(destination.length + 1);
    if (path === undefined) throw new Error(`current_logfiles names no ${destination}: ${lines.join('; ')}`);
    return isAbsolute(path) ? path : join(this.dataDirectory, path);
  }

  /** How `pg` connects over TCP as the superuser; `{ host: server.socketDirectory }` takes the Unix socket. */
  clientConfig(overrides: ClientConfig = {}): ClientConfig {
    return { host: '127.0.0.1', port: this.port, user: 'postgres', database: 'postgres', ...overrides };
  }

  /** Appends to postgresql.conf; takes effect with `reload` or `restart`, as PostgreSQL decides per setting. */
  configure(settings: Readonly<Record<string, string>>): void {
    appendSettings(this.dataDirectory, settings);
  }

  /** Replaces pg_hba.conf; takes effect with `reload`. */
  replaceHba(lines: readonly string[]): void {
    writeHba(this.dataDirectory, lines);
  }

  /** Asks the server to read its configuration again (SIGHUP); it does so a moment later. */
  reload(): void {
    this.#postmaster.signal('SIGHUP');
  }

  /** Starts again after `stop` or `kill`; resolves when connections are accepted, or a standby recovers. */
  start(as: 'primary' | 'standby' = 'primary'): Promise<void> {
    return this.#postmaster.start(as === 'primary' ? 'ready' : 'standby');
  }

  /** Starts a second server on the same data directory, which must fail; its words go to the same stderr. */
  startSecond(): Promise<void> {
    return this.#postmaster.startSecond();
  }

  /** Resolves when the server has ended; `smart` waits for its clients, without a bound. */
  stop(mode: ShutdownMode = 'fast'): Promise<void> {
    return this.#postmaster.stop(mode);
  }

  async restart(mode: ShutdownMode = 'fast'): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  /** Sends a signal that ends the postmaster, by default as a crash; resolves when all its processes are gone. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    return this.#postmaster.kill(signal);
  }

  /** Ends the server in whatever state it is and removes its files. */
  async dispose(): Promise<void> {
    await this.#postmaster.end();
    // not by promises, which take five times as long for a thousand files
    for (const directory of [this.#directory, this.dataDirectory])
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Makes a cluster, starts a server on it and waits until it accepts connections (about 0.1 s, the first of a major 1 s). */
export async function startServer(options: ServerOptions): Promise<Server> {
  const directory = freshDirectory('s');
  const dataDirectory = options.dataDirectory ?? join(directory, 'data');
  await createCluster(options.major, dataDirectory, options.locale);
  const port = await freePort(options.portBase);
  const server = new Server(options, directory, dataDirectory, port);
  if (options.hba) server.replaceHba(options.hba);
  server.configure({ ...baseSettings(server), ...logSettings(options), ...options.settings });
  try {
    await server.start();
  } catch (error) {
    await server.dispose();
    throw error;
  }
  return server;
}

/** Nothing here is worth the wait for the disk. */
function baseSettings(server: Server): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(server.port),
    unix_socket_directories: server.socketDirectory ?? '',
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
  };
}

function logSettings({ major, logTo, logFormat = 'stderr' }: ServerOptions): Record<string, string> {
  if (logFormat !== 'stderr' && logTo === 'file')
    throw new Error(`${logFormat} logs need logTo: 'collector'.`);
  if (logFormat === 'json' && major < 15) throw new Error(`PostgreSQL ${major} has no jsonlog.`);
  if (logTo === 'file') return { logging_collector: 'off' };
  return { logging_collector: 'on', log_destination: logFormat === 'stderr' ? 'stderr' : `${logFormat}log` };
}
