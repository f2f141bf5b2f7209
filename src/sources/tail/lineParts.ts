import { isUtf8 } from 'node:buffer';
import type { LogFormat } from '../../core/log/logFormat.ts';

/**
 * What stands in a line besides its numbers, one character a byte: before its severity, from there to the end of its
 * message (stderr: to the end of the entry), and behind it.
 */
export interface LineParts {
  /** All of it. */
  readonly whole: string;
  readonly head: string;
  readonly message: string;
  readonly rest: string;
}

/** Stands for a head that the lines of an entry's sections repeat: no byte is it. */
export const sameHead = '\u0100';
/** Two labels in one line: names could look like the first. */
export const twoLabels = /: {2}.*: {2}/;
/** And in what is one line, whatever numbers divide it. */
export const twoLabelsInAll = /: {2}[^]*: {2}/;
/** A severity that stands before its message without an SQLSTATE (log_error_verbosity = verbose). */
export const plainLabel = /^(LOG|FATAL): {2}(?![0-9A-Z]{5}: )/;

/** What of a message is the same whatever its head is: the lines of its sections repeat that. */
export function messageKey({ head, message }: LineParts, { name }: LogFormat): string {
  const hasHeads = name === 'stderr' && head !== '' && message.includes(head);
  return hasHeads ? message.replaceAll(`\n${head}`, `\n${sameHead}`) : message;
}

/** Undefined = they are no UTF-8. One character a byte. */
export function utf8Of(name: string): string | undefined {
  const bytes = Buffer.from(name, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
