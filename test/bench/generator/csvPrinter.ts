import { sessionIdOf, type Body, type Printer, type ServerProcess } from './record.ts';
import { stampOf, stampOfSecond } from './stamp.ts';

/** Prints csv logs with the 26 columns of PostgreSQL 14 to 18. */
export function csvPrinter(): Printer {
  return (process, at, body) => {
    process.lines += 1;
    const [head = '', start = '', end = ''] = (process.pieces ??= piecesOf(process));
    const [tag = '', texts = ''] = (body.rendered ??= columnsOf(body));
    return stampOf(at) + head + String(process.lines) + tag + start + texts + end;
  };
}

/** Columns 2 to 6; 9 to 11; 23 to 26. */
function piecesOf(process: ServerProcess): string[] {
  const { pid, background, user, database, host, port, app, backendType } = process;
  const from = port === undefined ? host : `${host ?? ''}:${port}`;
  return [
    `,${quoted(user)},${quoted(database)},${pid},${quoted(background ? undefined : from)},${sessionIdOf(process)},`,
    `${stampOfSecond(process.startedAt)},${process.virtualTransactionId},0,`,
    `,${quoted(app ?? '')},${quoted(backendType)},,0\n`,
  ];
}

/** Column 8; 12 to 22. */
function columnsOf(body: Body): string[] {
  const { commandTag, severity, sqlState, message, detail, hint, context, statement, position } = body;
  const cause = `${quoted(context)},${quoted(statement)},${position ?? ''},`;
  return [
    `,${quoted(commandTag)},`,
    `${severity},${sqlState},${quoted(message)},${quoted(detail)},${quoted(hint)},,,${cause}`,
  ];
}

/** NULL is nothing between commas, an empty text is quoted. */
function quoted(text: string | undefined): string {
  if (text === undefined) return '';
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}
