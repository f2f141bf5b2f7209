/** Prints records as the server does (elog.c), so that tests read what a server of that configuration would write. */

/** One record, with all that a prefix, a csv column or a json key may tell of it. */
export interface Printed {
  readonly at: number;
  readonly pid: number;
  readonly severity: string;
  readonly message: string;
  readonly user?: string;
  readonly database?: string;
  readonly app?: string;
  readonly host?: string;
  readonly port?: number;
  readonly startedAt?: number;
  readonly backendType?: string;
  readonly ps?: string;
  readonly sqlState?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly context?: string;
  readonly statement?: string;
  /** A process without a client: `%q` stops, names are empty. */
  readonly background?: boolean;
}

/** A client process of the story. */
export type Client = Required<Pick<Printed, 'pid' | 'user' | 'database' | 'host'>> &
  Pick<Printed, 'app' | 'port' | 'startedAt'>;

export const dayAt = Date.UTC(2026, 10, 20, 9, 58, 0);

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-20 09:58:11.972 UTC`. */
export function stamp(at: number, ms = true): string {
  const date = new Date(at);
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${day} ${time}${ms ? `.${String(date.getUTCMilliseconds()).padStart(3, '0')}` : ''} UTC`;
}

/** `%c`. */
export function sessionIdOf({ pid, startedAt, at }: Pick<Printed, 'pid' | 'startedAt' | 'at'>): string {
  return `${Math.floor((startedAt ?? at) / 1000).toString(16)}.${pid.toString(16)}`;
}

function nameOf(record: Printed, name: string | undefined): string {
  return record.background === true ? '' : (name ?? '[unknown]');
}

function valueOf(record: Printed, letter: string, line: number): string {
  const { at, pid, host, port } = record;
  const remote = record.background === true ? '' : (host ?? '[local]');
  switch (letter) {
    case 'a':
      return nameOf(record, record.app);
    case 'u':
      return nameOf(record, record.user);
    case 'd':
      return nameOf(record, record.database);
    case 'r':
      return port === undefined ? remote : `${remote}(${port})`;
    case 'h':
      return remote;
    case 'L':
      return record.background === true ? '[none]' : '127.0.0.1';
    case 'b':
      return record.backendType ?? (record.background === true ? 'checkpointer' : 'client backend');
    case 'p':
      return String(pid);
    case 'P':
      return '';
    case 't':
      return stamp(at, false);
    case 'm':
      return stamp(at);
    case 'n':
      return (at / 1000).toFixed(3);
    case 'i':
      return record.background === true ? '' : (record.ps ?? 'idle');
    case 'e':
      return record.sqlState ?? '00000';
    case 'c':
      return sessionIdOf(record);
    case 'l':
      return String(line);
    case 's':
      return stamp(record.startedAt ?? at, false);
    case 'v':
      return record.background === true ? '' : '3/6';
    case 'x':
      return '0';
    case 'Q':
      return '0';
    default:
      return '';
  }
}

/** The prefix of one physical line. */
export function printPrefix(prefix: string, record: Printed, line: number): string {
  let text = '';
  for (const [token, padding, letter] of prefix.matchAll(/%(-?\d*)([a-zA-Z%])|[^%]/g)) {
    if (letter === undefined) text += token;
    else if (letter === '%') text += '%';
    else if (letter === 'q') {
      if (record.background === true) break;
    } else {
      const value = valueOf(record, letter, line);
      const width = Number(padding === '' ? 0 : padding);
      text += width < 0 ? value.padEnd(-width) : value.padStart(width);
    }
  }
  return text;
}

/** All records as a stderr log; `eol` ends lines, `verbose` puts the SQLSTATE in front of each message. */
export function printStderr(
  prefix: string,
  records: readonly Printed[],
  { eol = '\n', verbose = false }: { eol?: string; verbose?: boolean } = {},
): string {
  const lines = new Map<number, number>();
  let text = '';
  const print = (record: Printed, label: string, body: string): void => {
    const line = (lines.get(record.pid) ?? 0) + 1;
    lines.set(record.pid, line);
    text += `${printPrefix(prefix, record, line)}${label}:  ${body.replaceAll('\n', `${eol}\t`)}${eol}`;
  };
  for (const record of records) {
    print(record, record.severity, (verbose ? `${record.sqlState ?? '00000'}: ` : '') + record.message);
    if (record.detail !== undefined) print(record, 'DETAIL', record.detail);
    if (record.hint !== undefined) print(record, 'HINT', record.hint);
    if (record.context !== undefined) print(record, 'CONTEXT', record.context);
    if (verbose) print(record, 'LOCATION', 'function, file.c:42');
    if (record.statement !== undefined) print(record, 'STATEMENT', record.statement);
  }
  return text;
}

/** All records as a csv log of 14 to 18. */
export function printCsv(records: readonly Printed[]): string {
  const quoted = (text: string | undefined): string =>
    text === undefined ? '' : `"${text.replaceAll('"', '""')}"`;
  return records
    .map((record, index) => {
      const { user, database, host, port, detail, hint, context, statement, background = false } = record;
      const from = background
        ? undefined
        : host === undefined || host === '[local]'
          ? '[local]'
          : `${host}:${port ?? 1}`;
      return [
        ...[stamp(record.at), quoted(user), quoted(database), record.pid, quoted(from)],
        ...[
          sessionIdOf(record),
          index + 1,
          quoted(background ? '' : record.ps),
          stamp(record.startedAt ?? record.at, false),
        ],
        ...[
          '',
          0,
          record.severity,
          record.sqlState ?? '00000',
          quoted(record.message),
          quoted(detail),
          quoted(hint),
        ],
        ...['', '', quoted(context), quoted(statement), '', '', quoted(record.app ?? '')],
        ...[quoted(valueOf(record, 'b', 0)), '', 0],
      ].join(',');
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** All records as a json log (15 and later). */
export function printJson(records: readonly Printed[]): string {
  return records
    .map((record, index) => {
      const {
        user,
        database,
        pid,
        host,
        port,
        detail,
        hint,
        context,
        statement,
        background = false,
      } = record;
      return `${JSON.stringify({
        timestamp: stamp(record.at),
        user,
        dbname: database,
        pid,
        remote_host: background ? undefined : (host ?? '[local]'),
        remote_port: port,
        session_id: sessionIdOf(record),
        line_num: index + 1,
        ps: record.ps,
        session_start: stamp(record.startedAt ?? record.at, false),
        txid: 0,
        error_severity: record.severity,
        state_code: record.sqlState === '00000' ? undefined : record.sqlState,
        message: record.message,
        detail,
        hint,
        context,
        statement,
        application_name: record.app,
        backend_type: valueOf(record, 'b', 0),
        query_id: 0,
      })}\n`;
    })
    .join('');
}

/** The lines of one client's stay, one after another from `at` on, 10 ms apart. */
export function received(client: Client, at: number): Printed {
  const { pid, host, port } = client;
  const where = port === undefined ? host : `${host} port=${port}`;
  const { startedAt = at } = client;
  return {
    at,
    pid,
    host,
    startedAt,
    severity: 'LOG',
    message: `connection received: host=${where}`,
    backendType: 'not initialized',
    ps: '',
    ...(port === undefined ? {} : { port }),
  };
}

const of = (client: Client, at: number): Printed & Client => ({
  startedAt: at,
  ...client,
  at,
  severity: 'LOG',
  message: '',
});

export function authorized(client: Client, at: number): Printed {
  const { user, database, app } = client;
  const message = `connection authorized: user=${user} database=${database}${app === undefined ? '' : ` application_name=${app}`}`;
  const { app: _, ...early } = of(client, at);
  return { ...early, ps: 'authentication', message };
}

export function disconnected(client: Client, at: number, timeMs: number): Printed {
  const { user, database, host, port } = client;
  const time = `${Math.floor(timeMs / 3_600_000)}:${two(Math.floor(timeMs / 60_000) % 60)}:${two(Math.floor(timeMs / 1000) % 60)}.${String(timeMs % 1000).padStart(3, '0')}`;
  const message = `disconnection: session time: ${time} user=${user} database=${database} host=${host}${port === undefined ? '' : ` port=${port}`}`;
  return { ...of(client, at), startedAt: client.startedAt ?? at - timeMs, message };
}

/** A line of a client in mid-session. */
export function says(
  client: Client,
  at: number,
  severity: string,
  message: string,
  more: Partial<Printed> = {},
): Printed {
  return { ...of(client, at), severity, message, ...more };
}

/** A line of a process without a client. */
export function background(pid: number, at: number, message: string, more: Partial<Printed> = {}): Printed {
  return { at, pid, severity: 'LOG', message, background: true, startedAt: dayAt - 60_000, ...more };
}

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
