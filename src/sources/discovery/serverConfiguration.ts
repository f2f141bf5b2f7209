import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { LogSettings } from '../../core/log/logPlace.ts';
import { parsePostmasterOpts, readCommandLine } from './commandLine.ts';
import { parseBoolean, parseConfiguration } from './configurationText.ts';
import type { Assignment } from './configurationText.ts';
import { namesIn, readSmallFile, textOf } from './smallFile.ts';

/** A setting with where it was set last. */
export interface ConfiguredValue {
  readonly value: string;
  /** Undefined: on the server's command line, which no file overrides. */
  readonly file?: string | undefined;
  /** 1-based. */
  readonly line?: number | undefined;
}

/** What the files of a server say, read without connecting to it. */
export interface ServerConfiguration {
  readonly dataDirectory?: string | undefined;
  readonly configFile?: string | undefined;
  /** By lower-case name; only what is set somewhere. */
  readonly values: ReadonlyMap<string, ConfiguredValue>;
  /** Files that exist and count but could not be read: what `values` says may be overridden there. */
  readonly unreadable: readonly string[];
}

/** What is known of a server before its configuration is read. */
export interface ConfigurationPlace {
  readonly dataDirectory?: string | undefined;
  readonly configFile?: string | undefined;
  /** Arguments of the running postmaster; else they are taken from `postmaster.opts`. */
  readonly argv?: readonly string[] | undefined;
}

/**
 * The effective settings of a server: postgresql.conf with what it includes, postgresql.auto.conf above it, the
 * command line above that; the last one wins (manual, section 20.1). Never throws: what cannot be read is in
 * `unreadable`.
 */
export async function readServerConfiguration(place: ConfigurationPlace): Promise<ServerConfiguration> {
  const opts = place.dataDirectory && (await textOf(join(place.dataDirectory, 'postmaster.opts')));
  const { settings: commandLine } = readCommandLine(place.argv ?? parsePostmasterOpts(opts ?? ''));
  const base = place.dataDirectory ?? '.';
  const configFile = commandLine.get('config_file') ?? place.configFile ?? join(base, 'postgresql.conf');
  const reader = new ConfigurationReader();
  const isKnown = place.dataDirectory !== undefined || isAbsolute(configFile);
  if (isKnown) await reader.read(resolve(base, configFile), { required: true, depth: 0 });
  const data = commandLine.get('data_directory') ?? reader.values.get('data_directory')?.value;
  const dataDirectory = data === undefined ? place.dataDirectory : resolve(dirname(configFile), data);
  if (dataDirectory !== undefined)
    await reader.read(join(dataDirectory, 'postgresql.auto.conf'), { required: false, depth: 0 });
  for (const [name, value] of commandLine) reader.values.set(name, { value });
  return {
    dataDirectory,
    configFile: isKnown ? resolve(base, configFile) : undefined,
    values: reader.values,
    unreadable: reader.unreadable,
  };
}

interface Include {
  readonly required: boolean;
  readonly depth: number;
}

/** CONF_FILE_MAX_DEPTH of the server; it also ends a cycle. */
const deepestInclude = 10;
const mostFiles = 200;

class ConfigurationReader {
  readonly values = new Map<string, ConfiguredValue>();
  readonly unreadable: string[] = [];
  #files = 0;

  async read(file: string, { required, depth }: Include): Promise<void> {
    if (depth > deepestInclude || ++this.#files > mostFiles) return;
    const { text, unreadable } = await readSmallFile(file);
    if (text === undefined) {
      if (required || unreadable !== 'absent') this.unreadable.push(file);
      return;
    }
    for (const assignment of parseConfiguration(text)) await this.#assign(file, assignment, depth);
  }

  async #assign(file: string, { name, value, line }: Assignment, depth: number): Promise<void> {
    const included = resolve(dirname(file), value);
    if (name === 'include') await this.read(included, { required: true, depth: depth + 1 });
    else if (name === 'include_if_exists') await this.read(included, { required: false, depth: depth + 1 });
    else if (name === 'include_dir') await this.#readDirectory(included, depth + 1);
    else this.values.set(name, { value, file, line });
  }

  async #readDirectory(directory: string, depth: number): Promise<void> {
    const { names, unreadable } = await namesIn(directory);
    if (unreadable !== undefined) this.unreadable.push(directory);
    const configurations = names.filter((name) => /^[^.].*\.conf$/s.test(name));
    // the server sorts by byte value (strcmp), not by the user's language
    configurations.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const name of configurations) await this.read(join(directory, name), { required: true, depth });
  }
}

/**
 * The settings that decide what the log says, with the server's defaults where nothing is set; every one
 * undefined where the configuration file itself could not be read.
 */
export function logSettingsOf({ values, unreadable, configFile }: ServerConfiguration): LogSettings {
  const readable = configFile !== undefined && !unreadable.includes(configFile);
  const read = (name: string, fallback: string) =>
    values.get(name)?.value ?? (readable ? fallback : undefined);
  return {
    logLinePrefix: read('log_line_prefix', '%m [%p] '),
    logTimezone: read('log_timezone', 'GMT'),
    logConnections: read('log_connections', 'off'),
    logDisconnections: parseBoolean(read('log_disconnections', 'off')),
    logDestination: read('log_destination', 'stderr'),
    loggingCollector: parseBoolean(read('logging_collector', 'off')),
    logMinMessages: read('log_min_messages', 'warning'),
  };
}
