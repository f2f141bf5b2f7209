import type { Sentence } from '../../core/sentence.ts';
import { sentence } from '../../core/sentence.ts';
import { connectionAspectsOf } from '../discovery/connectionLogging.ts';
import { parseBoolean } from '../discovery/configurationText.ts';

/** One setting that has to change. */
export interface SettingChange {
  readonly name: string;
  /** As the server has it now; undefined = not known. */
  readonly before: string | undefined;
  readonly after: string;
}

/** The settings that decide about connection messages, in the order they are shown and set. */
export const loggingSettings = ['log_connections', 'log_disconnections', 'log_min_messages'] as const;

/**
 * What has to change so that every connect and every end is logged. PostgreSQL 18 takes a list, of which all is
 * wanted: `setup_durations` is the only proof that a session was really established. Empty = nothing has to.
 */
export function planChanges(
  current: ReadonlyMap<string, string>,
  majorVersion: number | undefined,
): SettingChange[] {
  const [connections, disconnections, minimum] = loggingSettings.map((name) => current.get(name));
  const isList = (majorVersion ?? 0) >= 18;
  const changes: SettingChange[] = [];
  const logged = connectionAspectsOf(connections ?? '', majorVersion);
  const complete = isList ? logged.size === 4 : logged.has('authorization');
  if (!complete) changes.push({ name: 'log_connections', before: connections, after: isList ? 'all' : 'on' });
  if (parseBoolean(disconnections) !== true)
    changes.push({ name: 'log_disconnections', before: disconnections, after: 'on' });
  if (/^(?:fatal|panic)$/i.test(minimum ?? ''))
    changes.push({ name: 'log_min_messages', before: minimum, after: 'warning' });
  return changes;
}

/** What the user should know before these changes are made. */
export function warningsOf(changes: readonly SettingChange[], majorVersion = 0): Sentence[] {
  if (changes.length === 0)
    return [sentence('Connection logging is on already: there is nothing to change.')];
  const lines = majorVersion >= 18 ? 5 : majorVersion >= 14 ? 4 : 3;
  const warnings = [
    sentence(
      'Every connection will write up to {0} lines into the log: where very many are made, watch the space that the log takes.',
      lines,
    ),
    sentence(
      'Sessions that are open now stay as they are: only connections made after the change are logged.',
    ),
  ];
  if (changes.some(({ after }) => after === 'all'))
    warnings.push(
      sentence(
        'PostgreSQL {0} takes a list: "all" stands for receipt, authentication, authorization and setup_durations.',
        majorVersion,
      ),
    );
  if (changes.some(({ name }) => name === 'log_min_messages'))
    warnings.push(
      sentence(
        'log_min_messages hides every connection message now: it will be set to "warning", which is the default, so that warnings and errors are logged too.',
      ),
    );
  return warnings;
}

/** The changes as SQL that a superuser can run. */
export function statementsOf(changes: readonly Pick<SettingChange, 'name' | 'after'>[]): string[] {
  const sets = changes.map(({ name, after }) => `ALTER SYSTEM SET ${name} = ${quoted(after)}`);
  return [...sets, 'SELECT pg_reload_conf()'];
}

/** A value as a string of postgresql.conf or SQL; both double a quote, and the values here have no backslash. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
