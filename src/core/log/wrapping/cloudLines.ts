import { objectOf } from './containerLines.ts';
import { instantOf, lineWrapping, type WrappedLine, type Wrapping } from './wrappedLine.ts';

/** The columns of a csv log as CloudNativePG names them, and the keys of jsonlog (manual, sections 19.8.4 and 19.8.5). */
const jsonKeys: Readonly<Record<string, string>> = {
  log_time: 'timestamp',
  user_name: 'user',
  database_name: 'dbname',
  session_id: 'session_id',
  command_tag: 'ps',
  session_start_time: 'session_start',
  error_severity: 'error_severity',
  sql_state_code: 'state_code',
  message: 'message',
  detail: 'detail',
  hint: 'hint',
  context: 'context',
  query: 'statement',
  location: 'file_name',
  application_name: 'application_name',
  backend_type: 'backend_type',
};

/** A record of CloudNativePG as the line of jsonlog that the server would have written. */
function jsonlogOf(record: Record<string, unknown>): string {
  const entries = Object.entries(jsonKeys).flatMap(([column, key]) =>
    typeof record[column] === 'string' && record[column] !== '' ? [[key, record[column]]] : [],
  );
  const from = typeof record['connection_from'] === 'string' ? record['connection_from'] : '';
  const colon = from === '[local]' ? -1 : from.lastIndexOf(':');
  return JSON.stringify({
    ...Object.fromEntries(entries),
    pid: Number(record['process_id']),
    ...(from === '' ? {} : { remote_host: colon < 0 ? from : from.slice(0, colon) }),
    ...(colon < 0 ? {} : { remote_port: Number(from.slice(colon + 1)) }),
  });
}

/** Where services that collect logs keep the text of one, and its time. */
const textKeys = ['textPayload', '@message', 'message', 'log', 'MESSAGE', 'msg'];
const timeKeys = ['timestamp', '@timestamp', 'time', 'ts'];

function collected(line: string): WrappedLine | undefined {
  const entry = line.startsWith('{') ? objectOf(line) : undefined;
  if (!entry || 'error_severity' in entry) return undefined;
  const properties = entry['properties'];
  const holders = [entry, typeof properties === 'object' && properties !== null ? properties : {}];
  for (const holder of holders as Record<string, unknown>[]) {
    const text = textKeys.map((key) => holder[key]).find((value) => typeof value === 'string');
    const time = timeKeys.map((key) => entry[key]).find((value) => typeof value === 'string');
    if (typeof text === 'string') return { text: text.replace(/\r?\n$/, ''), at: instantOf(time) };
  }
  // what else the same service collected
  return { text: '', source: 'others' };
}

const printedText = /^\s*"(?:textPayload|@?message)": ("(?:[^"\\]|\\.)*"),?$/;
const heroku =
  /^(?:<\d+>\d+ )?(\d{4}-\d\d-\d\dT\S+) (?:\S+ )?app[[/]?postgres(?:\.(\d+))?\]?(?: - -|:)? (?:\[[\w-]+\] )?\[(\d+)-(\d+)\] ([^]*)$/;

/** How services that run or collect PostgreSQL pass its log on. */
export const cloudWrappings: readonly Wrapping[] = [
  lineWrapping(
    'CloudNativePG',
    (line) => {
      const entry = line.includes('"logger"') ? objectOf(line) : undefined;
      if (typeof entry?.['logger'] !== 'string') return undefined;
      const record = entry['record'];
      const isRecord = entry['msg'] === 'record' && typeof record === 'object' && record !== null;
      if (!isRecord || !['postgres', 'pgaudit'].includes(entry['logger']))
        return { text: '', source: 'others' };
      const pod = typeof entry['logging_pod'] === 'string' ? entry['logging_pod'] : '';
      return { text: jsonlogOf(record as Record<string, unknown>), source: `pod ${pod}` };
    },
    { isUtf8: true },
  ),
  // the number behind `postgres.` is the process, the pair in brackets is syslog's
  lineWrapping('Heroku', (line) => {
    const [, at, pid, record, number, text] = heroku.exec(line) ?? [];
    if (text === undefined) return undefined;
    return {
      text,
      at: instantOf(at),
      pid: pid === undefined ? undefined : Number(pid),
      piece: { record: `${pid ?? ''} ${record ?? ''}`, number: Number(number) },
    };
  }),
  lineWrapping('JSON lines', collected, { isUtf8: true }),
  // gcloud logging read --format=json, aws logs get-log-events
  {
    name: 'JSON document',
    isUtf8: true,
    isOfAll: false,
    reader: () => ({
      read: (line) => {
        const quoted = printedText.exec(line)?.[1];
        const text = quoted === undefined ? undefined : objectOf(`{"text":${quoted}}`)?.['text'];
        if (typeof text === 'string') return [{ text: text.replace(/\r?\n$/, '') }];
        return /^\s*(?:"[^"]*": |[[\]{}])/.test(line) ? [] : undefined;
      },
      end: () => [],
    }),
  },
];
