import type { ConnectionLogging, LogSettings } from '../../core/log/logPlace.ts';
import { parseBoolean, parseList } from './configurationText.ts';

/** The four messages that PostgreSQL 18's `log_connections` chooses from (manual, section 19.8.3). */
export type ConnectionAspect = 'receipt' | 'authentication' | 'authorization' | 'setup_durations';

const aspects: readonly ConnectionAspect[] = [
  'receipt',
  'authentication',
  'authorization',
  'setup_durations',
];

/**
 * What a value of `log_connections` makes the server log. Up to 17 it is a boolean; from 18 on a list, where the
 * boolean words still mean all but `setup_durations`. A value that the server would refuse counts as its default.
 */
export function connectionAspectsOf(value: string, majorVersion?: number): ReadonlySet<ConnectionAspect> {
  const isOn = parseBoolean(value);
  // from 18 on a boolean must be spelled out: `tru` is refused
  const spelledOut = /^\s*(?:on|off|true|false|yes|no|1|0)\s*$/i.test(value);
  if (isOn !== undefined && (spelledOut || (majorVersion ?? 0) < 18))
    return new Set<ConnectionAspect>(isOn ? aspects.slice(0, 3) : []);
  if (majorVersion !== undefined && majorVersion < 18) return new Set();
  const words = parseList(value);
  if (words.includes('all')) return new Set(aspects);
  const chosen = aspects.filter((aspect) => words.includes(aspect));
  return new Set(words.every((word) => aspects.some((aspect) => aspect === word)) ? chosen : []);
}

/**
 * What the log of a server with these settings tells of connections: `on` = every connect and every end. With
 * `log_min_messages` at fatal or panic it tells nothing.
 */
export function connectionLoggingOf(settings: LogSettings, majorVersion?: number): ConnectionLogging {
  const { logConnections, logDisconnections, logMinMessages } = settings;
  if (/^\s*(?:fatal|panic)\s*$/i.test(logMinMessages ?? '')) return 'off';
  if (logConnections === undefined || logDisconnections === undefined) return 'unknown';
  const logged = connectionAspectsOf(logConnections, majorVersion);
  if (logged.has('authorization') && logDisconnections) return 'on';
  return logged.size > 0 || logDisconnections ? 'partly' : 'off';
}
