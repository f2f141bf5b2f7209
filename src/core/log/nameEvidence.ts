import { parseConnectionMessage } from '../connection/connectionMessage.ts';
import type { SectionLabel } from './labelTexts.ts';
import type { LogEntry, Severity } from './logEntry.ts';

/** So much of a message is looked at: the names in it are no longer than 63 bytes. */
const longestMessage = 2048;

/**
 * How far the message of a line bears out the names that a reading of its prefix found: more for each name that the
 * message has as well, less for each that it has otherwise. `text` begins with the message.
 */
export function nameEvidence(
  fields: Partial<LogEntry>,
  label: Severity | SectionLabel,
  text: string,
): number {
  return typeEvidence(fields) + messageEvidence(fields, label, text);
}

/** A name that ends too early leaves its rest to the type of the process behind it. */
function typeEvidence({ backendType, fromClient }: Partial<LogEntry>): number {
  if (backendType === undefined || fromClient !== true) return 0;
  return ['client backend', 'walsender', 'not initialized'].includes(backendType) ? 0 : -1;
}

function messageEvidence(fields: Partial<LogEntry>, label: Severity | SectionLabel, text: string): number {
  const message = firstMessage(text);
  if (label !== 'LOG') return quotedLength(message, fields.user) + quotedLength(message, fields.database);
  const told = parseConnectionMessage({ ...fields, severity: 'LOG', message });
  switch (told?.kind) {
    case 'received':
      return agreement(fields, { user: undefined, database: undefined, applicationName: undefined });
    case 'authorized': {
      const { user, database } = told;
      // the message of a walsender leaves its database out
      return agreement(fields, {
        user,
        applicationName: undefined,
        ...(told.replication ? {} : { database }),
      });
    }
    case 'disconnection':
      return agreement(fields, { user: told.user, database: told.database });
    case 'server':
      // no client says that
      return fields.user === undefined && fields.database === undefined ? 0 : -1;
    default:
      return 0;
  }
}

/** What log_error_verbosity = verbose puts before a message. */
export const verboseCode = /^(?=.{0,4}\d)[0-9A-Z]{5}: /;

/** The message at the beginning of a record's lines, without its SQLSTATE (log_error_verbosity = verbose). */
export function firstMessage(text: string): string {
  const part = text.slice(0, longestMessage);
  const end = /\n(?!\t)/.exec(part)?.index;
  return part.slice(0, end).replaceAll('\n\t', '\n').replace(verboseCode, '');
}

/** Compares the names that the prefix has, `[unknown]` among them, with those of the message. */
function agreement(fields: Partial<LogEntry>, told: Partial<LogEntry>): number {
  let sum = 0;
  for (const key of ['user', 'database', 'applicationName'] as const)
    if (key in fields && key in told) sum += fields[key] === told[key] ? 1 : -1;
  return sum;
}

/**
 * Length of a name that stands quoted in a message, else 0: `"x"`, or in the quotes of other languages, `»x«`, `« x »`,
 * `„x“`. The longest is right, because names may hold quotes.
 */
function quotedLength(message: string, name: string | undefined): number {
  if (name === undefined) return 0;
  for (let at = message.indexOf(name); at >= 0; at = message.indexOf(name, at + 1)) {
    const before =
      message
        .slice(Math.max(0, at - 2), at)
        .trimEnd()
        .at(-1) ?? '';
    const after = message.slice(at + name.length, at + name.length + 2).trimStart()[0] ?? '';
    if (/["«»„“]/.test(before) && /["«»“”]/.test(after)) return name.length;
  }
  return 0;
}
