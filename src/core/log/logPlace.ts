import type { Sentence } from '../sentence.ts';

/** How a log is written: PostgreSQL's `log_destination` (manual, section 19.8.1), or the log of PgBouncer. */
export type LogFormatName = 'stderr' | 'csv' | 'json' | 'pgbouncer';

/** Whose log it is that is written so, as its makers spell it. */
export function programName(format: LogFormatName | undefined): string {
  return format === 'pgbouncer' ? 'PgBouncer' : 'PostgreSQL';
}

/** Where the files of one log are. */
export type LogPlace =
  /** The rotated files of one server, oldest first; the last one is followed. It may not exist yet. */
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  /**
   * The files of one name stem in a directory (`postgresql-*.log`: what changes from file to file is a `*`), in all
   * formats, as the logging collector writes them; the one written now is followed, and what is written then is next.
   */
  | {
      readonly kind: 'directory';
      readonly directory: string;
      readonly stem: string;
      /** A glob that names must match as well. */
      readonly pattern?: string | undefined;
      /** The server's, where `current_logfiles` is, if it is known to be neither here nor above. */
      readonly dataDirectory?: string | undefined;
      /** Files of the same log, of another name, that are read before, oldest first. */
      readonly earlierPaths?: readonly string[] | undefined;
      /** Of the files that are there, only these, and what is written after an instant (ms since the epoch). */
      readonly only?: { readonly names: readonly string[]; readonly orAfter: number } | undefined;
    };

/** Device, inode and a fingerprint of the first bytes: what a file is, whatever it is called. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
  /** Hash of the first `headBytes` bytes (at most 256), in hex. */
  readonly head: string;
  readonly headBytes: number;
}

/** The settings of one server that decide what its log says; undefined = the configuration could not be read. */
export interface LogSettings {
  readonly logLinePrefix?: string | undefined;
  readonly logTimezone?: string | undefined;
  /** `on`, `off`, or PostgreSQL 18's list such as `receipt,authorization`, as configured. */
  readonly logConnections?: string | undefined;
  readonly logDisconnections?: boolean | undefined;
  readonly logDestination?: string | undefined;
  readonly loggingCollector?: boolean | undefined;
  /** `fatal` and `panic` hide every connection message. */
  readonly logMinMessages?: string | undefined;
}

/** What the configuration says of connection logging. `partly`: only connects, or only disconnects, or no `authorization`. */
export type ConnectionLogging = 'on' | 'partly' | 'off' | 'unknown';

/** A command: for the shell, or a program and its arguments, which no shell sees. */
export type CommandLine = string | readonly string[];

/** A command that the user named, whose output is a log. */
export interface CommandSource {
  readonly name: string;
  readonly command: CommandLine;
}

/** One that was found on this machine, and its image, namespace or state. */
export interface FoundCommand extends CommandSource {
  readonly description: string;
}

/**
 * Where a log comes from that is no file which grows: a command's output, a server that is connected, or a recorded log
 * that is told as if it were written now.
 */
export type LogOrigin =
  | ({ readonly kind: 'command' } & CommandSource)
  | { readonly kind: 'server'; readonly serverId: string }
  | { readonly kind: 'demo'; readonly recordedPath: string };

/** Where a candidate was found. */
export type DiscoveryKind =
  | 'pgrx'
  | 'pgrx-tests'
  | 'postmaster'
  | 'pgdata'
  | 'debian'
  | 'homebrew'
  | 'path'
  /** Not found, but named: its `origin` says from where. */
  | LogOrigin['kind'];

/** One PostgreSQL server's log that discovery found, or a server that has none (`problem` says what to do). */
export interface DiscoveredLog {
  /** Stable id: the data directory, else `port:startedAt`, else the path of the log. */
  readonly id: string;
  readonly kind: DiscoveryKind;
  /** `15`, or `15.18` when known exactly. */
  readonly serverVersion?: string | undefined;
  readonly majorVersion?: number | undefined;
  readonly port?: number | undefined;
  readonly running: boolean;
  /** ms since the epoch, from postmaster.pid. */
  readonly startedAt?: number | undefined;
  readonly postmasterPid?: number | undefined;
  readonly dataDirectory?: string | undefined;
  /** `config_file`: mostly postgresql.conf in the data directory, on Debian below /etc. */
  readonly configFile?: string | undefined;
  readonly socketDirectory?: string | undefined;
  readonly place?: LogPlace | undefined;
  /** Instead of a place. */
  readonly origin?: LogOrigin | undefined;
  /** The path to show, home folder as `~` is the view's business: a file, or directory/stem. */
  readonly path?: string | undefined;
  readonly format?: LogFormatName | undefined;
  /** When the log was last written, ms since the epoch; undefined = there is no file yet, or it cannot be seen. */
  readonly logModifiedAt?: number | undefined;
  readonly settings: LogSettings;
  readonly connectionLogging: ConnectionLogging;
  /** Why this log cannot be followed, with the remedy; undefined = it can. */
  readonly problem?: Sentence | undefined;
}
