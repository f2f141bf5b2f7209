/** A process of the server, as its log lines tell of it. */
export interface ServerProcess {
  readonly pid: number;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** Without a client: `%q` stops, names are empty. */
  readonly background: boolean;
  backendType: string;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Undefined = not known yet: `[unknown]` in a prefix. */
  user?: string | undefined;
  /** Empty = none, as of a physical walsender. */
  database?: string | undefined;
  app?: string | undefined;
  virtualTransactionId: string;
  /** Numbered lines so far: `%l`, or csvlog's session_line_num. */
  lines: number;
  /** Time of its newest line: the lines of one process never go back. */
  lastAt: number;
  /** What the printer keeps of the above; undefined after a change of them. */
  pieces: readonly string[] | undefined;
}

/** One record, whoever says it and whenever. Texts are strings of bytes: each character is one byte of the file. */
export interface Body {
  readonly severity: string;
  readonly sqlState: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly context?: string | undefined;
  readonly statement?: string | undefined;
  /** Where in the statement the error is, from 1. */
  readonly position?: number | undefined;
  /** `%i`; undefined in processes without a client. */
  readonly commandTag?: string | undefined;
  /** What the printer keeps of it: what belongs to no log says `bodyOf` of itself. */
  rendered?: readonly string[] | undefined;
}

/**
 * A record of these texts. Every one is made here, with all properties in one order: engines are several times faster
 * with objects of one shape.
 */
export function bodyOf(of: Body): Body {
  const { severity, sqlState, message, detail, hint, context, statement, position, commandTag } = of;
  const rendered = undefined;
  return { severity, sqlState, message, detail, hint, context, statement, position, commandTag, rendered };
}

/** A LOG message. */
export function logOf(message: string, commandTag?: string): Body {
  return bodyOf({ severity: 'LOG', sqlState: '00000', message, commandTag });
}

/** Prints one record as the server does, line ends included. */
export type Printer = (process: ServerProcess, at: number, body: Body) => string;

/** A text as the bytes of its UTF-8 encoding, one character each: it is written to the file as latin1, unchanged. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The text that such bytes are. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** `%c` of a process. */
export function sessionIdOf({ startedAt, pid }: ServerProcess): string {
  return `${Math.floor(startedAt / 1000).toString(16)}.${pid.toString(16)}`;
}
