import { defaultPrefix } from './generate.ts';
import type { LogOptions } from './generator/generateLog.ts';

/** A log that is measured, and how long its summary may take, as a multiple of the yardstick's time. */
export interface Case {
  readonly name: string;
  readonly log: Pick<LogOptions, 'format' | 'prefix' | 'share'>;
  readonly bound: number;
}

/** Debian's default; what RDS prints with `%q` and everything that a prefix can hold. */
const prefixes = ['%m [%p] %q%u@%d ', '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:'];
const stderrBounds = [2, 2.4, 3.5] as const;
const recordBounds = [3, 3, 4.5] as const;
const shares = [1, 10, 100] as const;

/** All of them, with the bounds that the product promises. */
export const cases: readonly Case[] = [
  ...shares.map((share, index) => caseOf('stderr', share, stderrBounds[index] ?? 0)),
  ...prefixes.map((prefix) => caseOf('stderr', 10, stderrBounds[1], prefix)),
  ...(['csv', 'json'] as const).flatMap((format) =>
    shares.map((share, index) => caseOf(format, share, recordBounds[index] ?? 0)),
  ),
];

/** Highest resident memory of a summary with one worker, MiB, whatever the log. */
export const memoryBoundMiB = 130;

function caseOf(format: LogOptions['format'], share: number, bound: number, prefix = defaultPrefix): Case {
  const named = prefix === defaultPrefix ? '' : `, \`${prefix.trim()}\``;
  return { name: `${format}, ${share} %${named}`, log: { format, prefix, share }, bound };
}
