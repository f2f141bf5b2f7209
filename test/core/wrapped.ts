/** Wraps a log as what passes it on would write it, after the documents of each; one line of the log is one of the file. */
import { random } from './serverLog.ts';

const at = (index: number): Date => new Date(Date.UTC(2026, 10, 20, 9, 58, 0) + index * 7);
const rfc3339 = (index: number): string => at(index).toISOString().replace('Z', '972000Z');
const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');
const each = (text: string, wrap: (line: string, index: number) => string): string =>
  linesOf(text)
    .map((line, index) => `${wrap(line, index)}\n`)
    .join('');

/** The pid that a line of `%m [%p] ` or the like tells; raw lines belong to the process before. */
function pidsOf(text: string): number[] {
  let pid = 1;
  return linesOf(text).map((line) => (pid = Number(/\[(\d+)\]/.exec(line)?.[1] ?? pid)));
}

/** docker's json-file driver cuts at 16 KiB; here much earlier, so that lines are cut. */
function dockerJson(text: string): string {
  const pieces = linesOf(text).flatMap((line) => {
    const whole = `${line}\n`;
    return whole.length > 200 ? [whole.slice(0, 150), whole.slice(150)] : [whole];
  });
  return pieces
    .map((log, index) => `${JSON.stringify({ log, stream: 'stderr', time: rfc3339(index) })}\n`)
    .join('');
}

function cri(text: string): string {
  return linesOf(text)
    .flatMap((line) =>
      line.length > 200 ? [`P ${line.slice(0, 150)}`, `F ${line.slice(150)}`] : [`F ${line}`],
    )
    .map((line, index) => `${rfc3339(index)} stderr ${line}\n`)
    .join('');
}

/** Lines of another service stand between those of the database. */
function compose(text: string): string {
  const next = random(1);
  return each(text, (line) => {
    const other = next() < 0.3 ? 'web-1  | GET / 200\n' : '';
    return `${other}db-1   | ${line}`;
  });
}

/** `journalctl -o export`, with a field in bytes for what is not printable. */
function journalExport(text: string): string {
  const pids = pidsOf(text);
  return linesOf(text)
    .map((line, index) => {
      const bytes = Buffer.byteLength(line);
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(bytes));
      const message = /[^\x20-\x7e\u00a0-\uffff]/.test(line)
        ? `MESSAGE\n${length.toString('latin1')}${line}\n`
        : `MESSAGE=${line}\n`;
      return `__CURSOR=s=${index}\n__REALTIME_TIMESTAMP=${at(index).getTime() * 1000}\n_TRANSPORT=stdout\nSYSLOG_IDENTIFIER=postgres\n${message}_PID=${pids[index] ?? 1}\n\n`;
    })
    .join('');
}

const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** By line, the number of its record and of its piece of that, as syslog counts them for each process. */
function piecesOf(text: string): { pid: number; piece: string }[] {
  const pids = pidsOf(text);
  const records = new Map<number, number>();
  const pieces = new Map<number, number>();
  return linesOf(text).map((line, index) => {
    const pid = pids[index] ?? 1;
    const goesOn =
      line.startsWith('\t') || /\] (?:\S+ )?(?:DETAIL|HINT|CONTEXT|STATEMENT|LOCATION): {2}/.test(line);
    if (!goesOn) records.set(pid, (records.get(pid) ?? 6) + 1);
    pieces.set(pid, goesOn ? (pieces.get(pid) ?? 0) + 1 : 1);
    return { pid, piece: `[${records.get(pid) ?? 0}-${pieces.get(pid) ?? 0}]` };
  });
}

const withoutPrefix = (line: string, instead = ''): string => line.replace(/^\S+ \S+ \S+ \[\d+\] /, instead);

/** rsyslog's traditional form: each record in pieces, TAB as #011, other programs between them. */
function syslog(text: string, strip: (line: string) => string = (line) => line): string {
  const pieces = piecesOf(text);
  return each(text, (line, index) => {
    const { pid, piece } = pieces[index]!;
    const time = at(index);
    const stamp = `${month[time.getUTCMonth()] ?? ''} ${String(time.getUTCDate()).padStart(2)} ${time.toISOString().slice(11, 19)}`;
    const cron = index % 5 === 0 ? `${stamp} db cron[77]: job\n` : '';
    return `${cron}${stamp} db postgres[${pid}]: ${piece} ${strip(line).replaceAll('\t', '#011')}`;
  });
}

/** As its router passes it on: the prefix is ` sql_error_code = %e `. */
function heroku(text: string): string {
  const pieces = piecesOf(text);
  return each(text, (line, index) => {
    const { pid, piece } = pieces[index]!;
    const time = at(index).toISOString().replace('Z', '000+00:00');
    return `${time} app[postgres.${pid}]: [DATABASE] ${piece} ${withoutPrefix(line, ' sql_error_code = 00000 ')}`;
  });
}

function eventXml(text: string): string {
  const records = text.replace(/\n$/, '').split(/\n(?!\t)/);
  const escaped = (line: string): string =>
    line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '\r\n');
  return records
    .map(
      (line, index) =>
        `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='PostgreSQL'/><EventID Qualifiers='0'>0</EventID><TimeCreated SystemTime='${at(index).toISOString()}'/></System><EventData><Data>${escaped(line)}\r\n</Data></EventData></Event>\r\n`,
    )
    .join('');
}

function eventText(text: string): string {
  return linesOf(text)
    .map(
      (line, index) =>
        `Event[${index}]:\r\n  Log Name: Application\r\n  Source: PostgreSQL\r\n  Level: Information\r\n  Description: \r\n${line}\r\n\r\n`,
    )
    .join('');
}

/** By name, how a stderr log with `%m [%p] ` in front of its lines is wrapped. */
export const wrappings: Readonly<Record<string, (text: string) => string>> = {
  'docker json-file': dockerJson,
  'Kubernetes CRI': cri,
  'docker compose': compose,
  'docker compose in colours': (text) => each(text, (line) => `\u001b[36mdb-1  | \u001b[0m${line}`),
  'docker compose, one service with another name': (text) => each(text, (line) => `postgres  | ${line}`),
  'docker logs -t': (text) => each(text, (line, index) => `${rfc3339(index)} ${line}`),
  'kubectl logs --prefix': (text) => each(text, (line) => `[pod/db-0/postgres] ${line}`),
  'journalctl -o export': journalExport,
  'journalctl -o json': (text) =>
    each(text, (line, index) =>
      JSON.stringify({ MESSAGE: line, _PID: '77', __REALTIME_TIMESTAMP: String(at(index).getTime() * 1000) }),
    ),
  'Cloud Logging, one entry a line': (text) =>
    each(text, (line, index) =>
      JSON.stringify({
        insertId: `s${index}`,
        textPayload: line,
        timestamp: rfc3339(index),
        severity: 'INFO',
      }),
    ),
  'gcloud logging read --format=json': (text) =>
    `[\n${linesOf(text)
      .map(
        (line, index) => `  {\n    "insertId": "s${index}",\n    "textPayload": ${JSON.stringify(line)}\n  }`,
      )
      .join(',\n')}\n]\n`,
  'aws logs': (text) =>
    each(text, (line, index) => JSON.stringify({ '@timestamp': rfc3339(index), '@message': line })),
  'Azure diagnostics': (text) =>
    each(text, (line) =>
      JSON.stringify({ category: 'PostgreSQLLogs', properties: { message: line, errorLevel: 'LOG' } }),
    ),
  syslog: (text) => syslog(text),
  'syslog whose lines have neither time nor process': (text) => syslog(text, (line) => withoutPrefix(line)),
  Heroku: heroku,
  'journalctl -o short': (text) => {
    const pids = pidsOf(text);
    return each(
      text,
      (line, index) =>
        `Nov 20 09:58:${String(index % 60).padStart(2, '0')} db postgres[${pids[index] ?? 1}]: ${line}`,
    );
  },
  'rsyslog with precise times': (text) => {
    const pids = pidsOf(text);
    return each(
      text,
      (line, index) => `${rfc3339(index)} db postgres[${pids[index] ?? 1}]: [${index}-1] ${line}`,
    );
  },
  'RFC 5424': (text) => {
    const pids = pidsOf(text);
    return each(
      text,
      (line, index) => `<134>1 ${rfc3339(index)} db postgres ${pids[index] ?? 1} - - [${index}-1] ${line}`,
    );
  },
  'Windows events as XML': eventXml,
  'Windows events as text': eventText,
  'docker json-file inside Kubernetes CRI': (text) => cri(dockerJson(text)),
};
