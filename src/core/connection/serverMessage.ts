import type { LogEntry } from '../log/logEntry.ts';
import { ByStart } from './byStart.ts';
import { englishOf, wordingsOf, type Vocabulary, type Wording } from './languages.ts';
import { matchTemplate } from './messageTemplate.ts';
import { serverTextStarts } from './messageStarts.ts';
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
  readonly wording: Wording;
}

type Reader = (message: string, entry: LogEntry) => ServerMessage | undefined;

/** What reads a message about the server that begins so. */
export function serverReaders({ wordingsOf: wordings }: Vocabulary): (readonly [start: string, Reader])[] {
  return english.server.flatMap((text) =>
    serverTextStarts(text, wordings).map(({ start, wording }): [string, Reader] => [
      start,
      (message, entry) => {
        const values = matchTemplate(wording.template, message);
        return values && serverMessage({ ...text, wording }, values, entry);
      },
    ]),
  );
}

const readers = new ByStart<Reader>(serverReaders);

/** Reads a LOG message about the server, in whatever language; undefined when it is none that is known. */
export function parseServerMessage(entry: LogEntry): ServerMessage | undefined {
  return readers.find(entry.message, (reader) => reader(entry.message, entry));
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
      return startingMessage(first);
    case 'listening':
      return {
        kind,
        what,
        port: numberOf(third === '' ? (/\.(\d{1,5})$/.exec(first.slice(-6))?.[1] ?? '') : third),
      };
    case 'redirected':
      return { kind, what, directory: firstValue(english.futureDirectory, entry.hint) };
    case 'logDestinationChanged':
      return { kind, what, destination: firstValue(english.futureDestination, entry.hint) };
    case 'parameterChanged':
      return { kind, what, name: first, value: row.wording.template.order.length > 1 ? second : undefined };
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

/** `PostgreSQL 15.18 on …`; a fork that calls itself otherwise has another version too. */
function startingMessage(server: string): ServerMessage | undefined {
  const [name, serverVersion] = server.split(' ', 2);
  return name === 'PostgreSQL' && serverVersion !== undefined
    ? { kind: 'server', what: 'starting', serverVersion }
    : undefined;
}

function firstValue(message: string, text = ''): string | undefined {
  const valueIn = (wordings: readonly Wording[]): string | undefined =>
    wordings.map(({ template }) => matchTemplate(template, text)?.[0]).find((value) => value !== undefined);
  // the other languages are many, and read when one is wanted
  return text === '' ? undefined : (valueIn(englishOf(message)) ?? valueIn(wordingsOf(message)));
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
  if (by === 'exception') return { ...ended, exception: `0x${value}` };
  const number = numberOf(value);
  if (number === undefined) return undefined;
  return by === 'signal' ? { ...ended, signal: number } : { ...ended, exitCode: number };
}

/** Digits as a number, else undefined. */
function numberOf(digits: string): number | undefined {
  return /^\d{1,10}$/.test(digits) ? Number(digits) : undefined;
}
