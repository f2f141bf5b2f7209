import type { LogEntry } from '../log/logEntry.ts';
import { matchTemplate, messageTemplate, type MessageTemplate } from './messageTemplate.ts';
import { english, type ServerEvent, type ServerText } from './messageTexts.ts';

/** A process of the server ended: `processName` as the postmaster calls it (`client backend` since 18). */
export interface ProcessTerminated {
  readonly kind: 'server';
  readonly what: 'processTerminated';
  readonly processName: string;
  readonly pid: number;
  /** Exactly one of these three is there; the exception (Windows) is hexadecimal. */
  readonly signal?: number | undefined;
  readonly exception?: string | undefined;
  readonly exitCode?: number | undefined;
}

type EventWithValues =
  | 'starting'
  | 'listening'
  | 'redirected'
  | 'logDestinationChanged'
  | 'processTerminated'
  | 'parameterChanged'
  | 'parameterNeedsRestart'
  | 'configurationErrors'
  | 'notReloaded'
  | 'forkFailed';

/** What the log tells of the server: its start, its stop, its crash, its configuration. */
export type ServerMessage =
  | { readonly kind: 'server'; readonly what: Exclude<ServerEvent, EventWithValues> }
  /** `15.18`, `18beta1`, `17.4`. */
  | { readonly kind: 'server'; readonly what: 'starting'; readonly serverVersion: string }
  | { readonly kind: 'server'; readonly what: 'listening'; readonly port?: number | undefined }
  /** Where the log goes on; undefined without its HINT. */
  | { readonly kind: 'server'; readonly what: 'redirected'; readonly directory?: string | undefined }
  | {
      readonly kind: 'server';
      readonly what: 'logDestinationChanged';
      readonly destination?: string | undefined;
    }
  /** Without value: back to the default. */
  | {
      readonly kind: 'server';
      readonly what: 'parameterChanged';
      readonly name: string;
      readonly value?: string | undefined;
    }
  | { readonly kind: 'server'; readonly what: 'parameterNeedsRestart'; readonly name: string }
  | { readonly kind: 'server'; readonly what: 'configurationErrors' | 'notReloaded'; readonly file: string }
  | { readonly kind: 'server'; readonly what: 'forkFailed'; readonly reason: string }
  | ProcessTerminated;

interface Row extends ServerText {
  readonly template: MessageTemplate;
}

const rows: readonly Row[] = english.server.map((row) => ({
  ...row,
  template: messageTemplate(row.message),
}));
const futureDirectory = messageTemplate(english.futureDirectory);
const futureDestination = messageTemplate(english.futureDestination);

/** Reads a LOG message about the server; undefined when it is none that is known. */
export function parseServerMessage(entry: LogEntry): ServerMessage | undefined {
  const { message } = entry;
  for (const row of rows) {
    if (row.starts && !row.starts.some((start) => message.startsWith(start))) continue;
    const values = matchTemplate(row.template, message);
    if (values) return serverMessage(row, values, entry);
  }
  return undefined;
}

/**
 * Is this end a crash, after which the postmaster ends all sessions? It is, unless the process ended by itself with
 * exit code 0 or 1 (HandleChildCrash in postmaster.c).
 */
export function isCrash({ exitCode }: ProcessTerminated): boolean {
  return exitCode === undefined || exitCode > 1;
}

function serverMessage(
  row: Row,
  [first = '', second = '', third = '']: string[],
  entry: LogEntry,
): ServerMessage | undefined {
  const kind = 'server';
  const { what } = row;
  switch (what) {
    case 'starting':
      return { kind, what, serverVersion: first.split(' ', 1)[0] ?? first };
    case 'listening':
      return {
        kind,
        what,
        port: numberOf(second === '' ? (/\.(\d{1,5})$/.exec(first.slice(-6))?.[1] ?? '') : second),
      };
    case 'redirected':
      return { kind, what, directory: matchTemplate(futureDirectory, entry.hint ?? '')?.[0] };
    case 'logDestinationChanged':
      return { kind, what, destination: matchTemplate(futureDestination, entry.hint ?? '')?.[0] };
    case 'parameterChanged':
      return { kind, what, name: first, value: row.template.length > 2 ? second : undefined };
    case 'parameterNeedsRestart':
      return { kind, what, name: first };
    case 'configurationErrors':
    case 'notReloaded':
      return { kind, what, file: first };
    case 'forkFailed':
      return { kind, what, reason: first };
    case 'processTerminated':
      return processTerminated(row.by, first, second, third);
    default:
      return { kind, what };
  }
}

function processTerminated(
  by: ServerText['by'],
  processName: string,
  pidText: string,
  value: string,
): ProcessTerminated | undefined {
  const pid = numberOf(pidText);
  if (pid === undefined) return undefined;
  const ended = { kind: 'server', what: 'processTerminated', processName, pid } as const;
  if (by === 'exception') return { ...ended, exception: value };
  const number = numberOf(value);
  if (number === undefined) return undefined;
  return by === 'signal' ? { ...ended, signal: number } : { ...ended, exitCode: number };
}

/** Digits as a number, else undefined. */
function numberOf(digits: string): number | undefined {
  return /^\d{1,10}$/.test(digits) ? Number(digits) : undefined;
}
