import { checkPattern, type OwnPattern } from '../pool/ownPattern.ts';
import { SentenceError } from '../sentence.ts';
import { logArgument, parseTimeZone, type LogArgument } from './grammar.ts';
import type { Words } from './words.ts';
import { UsageError } from './usage.ts';

/** `connections pool LOG|URI`: an application's log, a PgBouncer log, or a PgBouncer console. */
export interface PoolCommand {
  readonly kind: 'pool';
  readonly from:
    | LogArgument
    /** `postgres://user@host:6432/pgbouncer`. */
    | { readonly kind: 'console'; readonly uri: string };
  readonly json: boolean;
  readonly watch: boolean;
  /** How a line tells of a pool, where no library's words do. */
  readonly pattern?: OwnPattern | undefined;
  readonly timeZone?: string | undefined;
}

const taken = new Set(['json', 'watch', 'pattern', 'time-zone']);

/** Reads the words behind `pool`; throws a UsageError. */
export function poolCommand({ switches, values, filters, logs }: Words): PoolCommand {
  const extra = [...switches, ...values.keys()].find((option) => !taken.has(option));
  if (extra !== undefined)
    throw new UsageError(
      '--{0} says nothing of pools: "connections pool" takes --json, --watch, --pattern and --time-zone.',
      extra,
    );
  if (filters.length > 0)
    throw new UsageError('A pool has no filter: leave it away, or name the log without "pool".');
  const [, first, second] = logs;
  if (first === undefined)
    throw new UsageError(
      '“pool” needs what to read: the log of an application or of PgBouncer, - for standard input, or postgres://user@host:6432/pgbouncer.',
    );
  const options = {
    json: switches.has('json'),
    watch: switches.has('watch'),
    timeZone: parseTimeZone(values.get('time-zone')),
  };
  if (!/^postgres(?:ql)?:\/\//i.test(first))
    return {
      kind: 'pool',
      from: logArgument(logs.slice(1)),
      ...options,
      pattern: ownPatternOf(values.get('pattern')),
    };
  if (second !== undefined || values.has('pattern'))
    throw new UsageError(
      'The console of a PgBouncer is read alone: give one URI, without logs and --pattern.',
    );
  return { kind: 'pool', from: { kind: 'console', uri: first }, ...options };
}

/** `--pattern`; throws a UsageError that says what is wrong with it. */
export function ownPatternOf(text: string | undefined): OwnPattern | undefined {
  if (text === undefined) return undefined;
  try {
    return checkPattern(text);
  } catch (error) {
    if (!(error instanceof SentenceError)) throw error;
    throw new UsageError(error.sentence.message, ...error.sentence.args);
  }
}
