import type { DiscoveredLog } from '../../core/log/logPlace.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import { readServerConfiguration } from '../discovery/serverConfiguration.ts';
import type { ConfiguredValue, ServerConfiguration } from '../discovery/serverConfiguration.ts';
import { readRunningSettings } from './alterSystem.ts';
import { blockOf, isReplaceable } from './configurationBlock.ts';
import { loggingSettings, planChanges, statementsOf, warningsOf } from './loggingPlan.ts';
import type { SettingChange } from './loggingPlan.ts';
import { failWith, findSuperuser } from './ownServer.ts';
import type { ServerAddress } from './ownServer.ts';

/** How connection logging would be turned on: shown to the user, then given to `applyLoggingChange`. Plain data. */
export type LoggingPreview = PreviewFacts &
  (
    | {
        readonly method: 'alterSystem';
        readonly address: ServerAddress;
        readonly statements: readonly string[];
      }
    | { readonly method: 'configurationFile'; readonly file: string; readonly block: string }
  );

interface PreviewFacts {
  readonly dataDirectory?: string | undefined;
  /** Before and after; empty = connection logging is on already. */
  readonly changes: readonly SettingChange[];
  readonly warnings: readonly Sentence[];
}

/**
 * How to turn on connection logging on the server that writes this log: by ALTER SYSTEM over its own socket as a
 * superuser, else in its configuration file. Changes nothing. Throws a SentenceError when neither is possible.
 */
export async function previewLoggingChange(log: DiscoveredLog): Promise<LoggingPreview> {
  const { dataDirectory, configFile } = log;
  if (dataDirectory === undefined && configFile === undefined && log.port === undefined)
    throw new SentenceError(
      'Which server writes {0} is not known: run this there as a superuser: {1}',
      log.path ?? log.id,
      statementsOf(planChanges(new Map(), log.majorVersion)).join('; '),
    );
  const { address, reason } = log.running ? await findSuperuser(log) : { reason: 'it is not running' };
  return address === undefined ? previewFile(log, reason) : previewAlterSystem(log, address);
}

async function previewAlterSystem(log: DiscoveredLog, address: ServerAddress): Promise<LoggingPreview> {
  const { values, fixed } = await readRunningSettings(address).catch(
    failWith('The settings of the server cannot be read: {0}.'),
  );
  const changes = planChanges(values, log.majorVersion);
  for (const { name } of changes) if (fixed.has(name)) throw onCommandLine(name);
  const { dataDirectory } = log;
  const statements = changes.length === 0 ? [] : statementsOf(changes);
  return {
    method: 'alterSystem',
    address,
    statements,
    dataDirectory,
    changes,
    warnings: warningsOf(changes, log.majorVersion),
  };
}

async function previewFile(log: DiscoveredLog, reason: string): Promise<LoggingPreview> {
  const configuration = await readServerConfiguration(log);
  const { values, configFile: file } = configuration;
  const current = new Map(
    loggingSettings.flatMap((name) => (values.has(name) ? [[name, values.get(name)?.value ?? '']] : [])),
  );
  const changes = planChanges(current, log.majorVersion);
  for (const { name } of changes) refuseOverridden(name, values.get(name));
  if (file === undefined || !(await isReplaceable(file)))
    throw new SentenceError(
      'Connection logging of the server ({0}) cannot be turned on from here ({1}, and its configuration file may not be changed): run this as a superuser, for example with "sudo -u postgres psql": {2}',
      log.port ?? log.id,
      reason,
      statementsOf(changes).join('; '),
    );
  const warnings = [...fileWarnings(log, configuration, reason), ...warningsOf(changes, log.majorVersion)];
  return {
    method: 'configurationFile',
    file,
    block: blockOf(changes),
    dataDirectory: log.dataDirectory,
    changes,
    warnings,
  };
}

function fileWarnings(log: DiscoveredLog, { unreadable }: ServerConfiguration, reason: string): Sentence[] {
  if (!log.running)
    return [sentence('The server is not running: the change takes effect when it is started.')];
  const unreachable = sentence(
    'The server lets no superuser in ({0}): the change is written into its configuration file.',
    reason,
  );
  const hidden = unreadable.map((path) =>
    sentence('{0} may not be read: a value in it would override the change.', path),
  );
  return [unreachable, ...hidden];
}

function refuseOverridden(name: string, value: ConfiguredValue | undefined): void {
  if (value === undefined) return;
  if (value.file === undefined) throw onCommandLine(name);
  if (value.file.endsWith('postgresql.auto.conf'))
    throw new SentenceError(
      '{0} was set by ALTER SYSTEM, which overrides the configuration file, and no superuser can connect: run ALTER SYSTEM RESET {0}, then try again.',
      name,
    );
}

function onCommandLine(name: string): SentenceError {
  return new SentenceError(
    'The server was started with {0} on its command line, which nothing overrides: start it without that, then try again.',
    name,
  );
}
