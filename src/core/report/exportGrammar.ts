import { filterOfParts } from './filterText.ts';
import { logArgument, parseTimeZone, type LogArgument, type LogOptions } from './grammar.ts';
import type { Words } from './words.ts';
import { ownPatternOf } from './poolGrammar.ts';
import type { OwnPattern } from '../pool/ownPattern.ts';
import { UsageError } from './usage.ts';

/** `connections export …`: what another program takes, on standard output. */
export type ExportCommand =
  /** Of an application's log only what that tells; without one, everything. */
  | {
      readonly kind: 'export';
      readonly what: 'panels';
      readonly log?: LogArgument | undefined;
      readonly pattern?: OwnPattern | undefined;
      readonly timeZone?: string | undefined;
    }
  | { readonly kind: 'export'; readonly what: 'grafana' | 'prometheus' }
  | ({ readonly kind: 'export'; readonly what: 'csv' | 'json' } & Pick<
      LogOptions,
      'log' | 'filter' | 'logLinePrefix' | 'timeZone'
    >);

const exports = ['panels', 'grafana', 'prometheus', 'csv', 'json'] as const;
type What = (typeof exports)[number];
const taken: Readonly<Record<What, readonly string[]>> = {
  panels: ['pattern', 'time-zone'],
  grafana: [],
  prometheus: [],
  csv: ['log-line-prefix', 'time-zone'],
  json: ['log-line-prefix', 'time-zone'],
};

/** Reads the words behind `export`; throws a UsageError that does not repeat what may be a URI with a password. */
export function exportCommand({ switches, values, filters, logs: [, name, ...logs] }: Words): ExportCommand {
  const what = exports.find((known) => known === name);
  if (what === undefined)
    throw new UsageError(
      '“export” needs what to write: panels, grafana, prometheus, csv or json, such as "connections export grafana".',
    );
  const extra = [...switches, ...values.keys()].find((option) => !taken[what].includes(option));
  if (extra !== undefined)
    throw new UsageError('--{0} says nothing to "export {1}": leave it away, or see --help.', extra, what);
  const timeZone = parseTimeZone(values.get('time-zone'));
  if (what === 'csv' || what === 'json')
    return {
      ...{ kind: 'export', what, log: logArgument(logs), filter: filterOfParts(filters) },
      ...{ logLinePrefix: values.get('log-line-prefix'), timeZone },
    };
  if (filters.length > 0)
    throw new UsageError('“export {0}” has no filter: leave it away, or export csv or json.', what);
  if (what === 'panels') {
    const log = logs.length === 0 ? undefined : logArgument(logs);
    return { kind: 'export', what, log, pattern: ownPatternOf(values.get('pattern')), timeZone };
  }
  if (logs.length > 0)
    throw new UsageError(
      '“export {0}” is the same for every log: leave what follows it away, or export csv or json.',
      what,
    );
  return { kind: 'export', what };
}
