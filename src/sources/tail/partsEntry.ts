// Entries made of what the parts of a line say.
import type { LogEntry, Severity } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { isAscii } from '../../core/isAscii.ts';
import { plainLabel, sameHead, twoLabels, twoLabelsInAll, utf8Of, type LineParts } from './lineParts.ts';

/** Of a line: its sections belong to the message. */
export function stderrEntry(head: LogEntry, of: LogEntry, parts: LineParts): LogEntry {
  const { severity, message, detail, hint, context, statement, location } = of;
  const sqlState = plainLabel.test(parts.message) ? head.sqlState : of.sqlState;
  return { ...head, severity, sqlState, message, detail, hint, context, statement, location };
}

/** Of a line that is an entry by itself. */
export function lineEntry(
  head: LogEntry,
  parts: LineParts,
  message: string | undefined,
): LogEntry | undefined {
  const severity = plainLabel.exec(parts.message)?.[1];
  if (severity === undefined || twoLabelsInAll.test(parts.message)) return undefined;
  if (message === undefined || message.includes('\uFFFD')) return undefined;
  const sections = { detail: undefined, hint: undefined, context: undefined, statement: undefined };
  return { ...head, severity: severity as Severity, message, ...sections, location: undefined };
}

type Texts = Pick<LogEntry, 'message' | 'detail' | 'hint' | 'context' | 'statement'>;

const sections: Readonly<Record<string, keyof Texts>> = {
  ...{ DETAIL: 'detail', HINT: 'hint', CONTEXT: 'context', STATEMENT: 'statement' },
};

/** Of an entry with lines of a DETAIL, HINT, …, whose heads are that of the first (messageKey). */
export function linesEntry(head: LogEntry, key: string): LogEntry | undefined {
  const severity = plainLabel.exec(key)?.[1];
  if (severity === undefined || key.includes('\r') || twoLabels.test(key)) return undefined;
  const texts: { -readonly [Field in keyof Texts]: Texts[Field] } = {
    ...{ message: '', detail: undefined, hint: undefined, context: undefined, statement: undefined },
  };
  let current: keyof Texts = 'message';
  for (const [index, line] of key.slice(0, -1).split('\n').entries()) {
    const bytes = line.startsWith(sameHead) ? line.slice(1) : line;
    const text = isAscii(bytes) ? bytes : utf8Of(bytes);
    if (text === undefined) return undefined;
    if (line.startsWith('\t')) {
      texts[current] = `${texts[current] ?? ''}\n${text.slice(1)}`;
      continue;
    }
    const [label = '', word = ''] = /^([A-Z]+): {2}/.exec(text) ?? [];
    const section = index === 0 ? 'message' : bytes === line ? undefined : sections[word];
    if (section === undefined) return undefined;
    current = section;
    texts[current] = text.slice(label.length);
  }
  return { ...head, severity: severity as Severity, ...texts, location: undefined };
}

type RecordMessage = Pick<LogEntry, 'severity' | 'sqlState' | 'message'>;

/** From the comma or the quote before the severity of a record to the end of its message. */
const csvMessage = /^,(LOG|FATAL),([0-9A-Z]{5}),"((?:[^"\n]|"")*)"/;
const jsonMessage =
  /^"(LOG|FATAL)",(?:"state_code":"([0-9A-Z]{5})",)?"message":("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")/;

/** What a record says whose text stands here from its severity on. */
export function recordMessage({ name }: LogFormat, text: string | undefined): RecordMessage | undefined {
  const [, severity, sqlState = '00000', quoted] =
    (name === 'csv' ? csvMessage : jsonMessage).exec(text ?? '') ?? [];
  if (severity === undefined || quoted === undefined || quoted.includes('\uFFFD')) return undefined;
  const message = name === 'csv' ? quoted.replaceAll('""', '"') : (JSON.parse(quoted) as string);
  return { severity: severity as Severity, sqlState, message };
}

/** Of a csv or json record. */
export function recordEntry(head: LogEntry, of: RecordMessage, rest: LogEntry): LogEntry {
  const { severity, sqlState, message } = of;
  const { detail, hint, context, statement, location, applicationName, backendType } = rest;
  return {
    ...{ ...head, severity, sqlState, message, detail, hint, context, statement, location },
    ...{ applicationName, backendType },
  };
}
