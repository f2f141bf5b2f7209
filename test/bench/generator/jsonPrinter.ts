import { sessionIdOf, type Body, type Printer, type ServerProcess } from './record.ts';
import { stampOf, stampOfSecond } from './stamp.ts';

/** Prints json logs with the keys of PostgreSQL 15, in its order. */
export function jsonPrinter(): Printer {
  return (process, at, body) => {
    process.lines += 1;
    const [who = '', start = '', end = ''] = (process.pieces ??= piecesOf(process));
    const [tag = '', texts = ''] = (body.rendered ??= keysOf(body));
    return `{"timestamp":"${stampOf(at)}"${who},"line_num":${process.lines}${tag}${start}${texts}${end}`;
  };
}

function piecesOf(process: ServerProcess): string[] {
  const { pid, user, database, host, port, app, backendType, virtualTransactionId: vxid } = process;
  const start = key('session_start', stampOfSecond(process.startedAt));
  return [
    `${key('user', user)}${key('dbname', database)},"pid":${pid}${key('remote_host', host)}` +
      `${port === undefined ? '' : `,"remote_port":${port}`}${key('session_id', sessionIdOf(process))}`,
    `${start}${key('vxid', vxid === '' ? undefined : vxid)},"txid":0`,
    `${key('application_name', app)}${key('backend_type', backendType)},"query_id":0}\n`,
  ];
}

function keysOf(body: Body): string[] {
  const { commandTag, severity, sqlState, message, detail, hint, context, statement, position } = body;
  return [
    key('ps', commandTag),
    key('error_severity', severity) +
      key('state_code', sqlState === '00000' ? undefined : sqlState) +
      key('message', message) +
      key('detail', detail) +
      key('hint', hint) +
      key('context', context) +
      key('statement', statement) +
      (position === undefined ? '' : `,"cursor_position":${position}`),
  ];
}

/** What does not apply has no key. */
function key(name: string, text: string | undefined): string {
  return text === undefined ? '' : `,"${name}":${JSON.stringify(text)}`;
}
