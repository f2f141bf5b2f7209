import {
  instantOf,
  lineWrapping,
  type WrappedLine,
  type WrappingContext,
  type Wrapping,
} from './wrappedLine.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const priority = String.raw`(?:<\d{1,3}>)?`;
const program = String.raw`([A-Za-z_(/][^\s:[\]]{0,63})(?:\[(\d{1,10})\])?:`;
const traditional = new RegExp(
  `^${priority}(${months.join('|')}) +(\\d{1,2}) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?) (\\S{1,255}) ${program} ?([^]*)$`,
);
const precise = new RegExp(
  `^${priority}(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)) (\\S{1,255}) ${program} ?([^]*)$`,
);
const structured =
  /^<\d{1,3}>1 (\S+) (\S+) (\S+) (\S+) \S+ (?:-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])+) ?([^]*)$/;
/** syslog_sequence_numbers on: `[9-1] `, off: `[1] ` (write_syslog in elog.c). */
const pieceStart = /^\[(?:(\d{1,10})-)?(\d{1,6})\] /;

/** Syslog files: the traditional form (RFC 3164), rsyslog's with a precise time, and RFC 5424. */
export const syslogWrapping: Wrapping = lineWrapping('syslog', (line, context) => {
  const [, month, day, time, host, tag, pid, text] = traditional.exec(line) ?? [];
  if (text !== undefined) {
    const at = lastInstant(context, months.indexOf(month ?? '') + 1, Number(day), time ?? '');
    return ofProgram(host, tag, pid, text, at);
  }
  const [, at, host2, tag2, pid2, text2] = precise.exec(line) ?? [];
  if (text2 !== undefined) return ofProgram(host2, tag2, pid2, text2, instantOf(withColon(at)));
  const [, at3, host3, tag3, pid3, text3] = structured.exec(line) ?? [];
  if (text3 === undefined) return undefined;
  return ofProgram(
    host3,
    tag3,
    pid3 === '-' ? undefined : pid3,
    text3.replace(/^\uFEFF|^\u00EF\u00BB\u00BF/, ''),
    instantOf(at3),
  );
});

function ofProgram(
  host: string | undefined,
  tag: string | undefined,
  pidText: string | undefined,
  escaped: string,
  at: number | undefined,
): WrappedLine {
  const pid = pidText === undefined ? undefined : Number(pidText);
  // a program that puts a space before its text makes it two
  const text = unescaped(escaped).replace(/^ (?=\[\d)/, '');
  const piece = pieceStart.exec(text);
  const source = `${tag ?? ''} on ${host ?? ''}`;
  if (!piece) return { text, source, at, pid };
  const [whole, record, number] = piece;
  return {
    text: text.slice(whole.length),
    ...{ source, at, pid },
    piece: {
      record: record === undefined ? undefined : `${pidText ?? ''} ${record}`,
      number: Number(number),
    },
  };
}

/** rsyslog writes a control character as its octal number: `#011` is a TAB. */
function unescaped(text: string): string {
  return text.replace(/#0([0-3][0-7])/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function withColon(time: string | undefined): string | undefined {
  return time?.replace(',', '.').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
}

/** The last such day and time that is not in the future, for a day at most: the traditional form has no year. */
function lastInstant(
  { clock, now }: WrappingContext,
  month: number,
  day: number,
  time: string,
): number | undefined {
  const two = (value: number): string => String(value).padStart(2, '0');
  const year = new Date(now + 86_400_000).getUTCFullYear();
  for (const candidate of [year, year - 1]) {
    const at = clock.parse(`${candidate}-${two(month)}-${two(day)} ${time}`);
    if (at !== undefined && at <= now + 86_400_000) return at;
  }
  return undefined;
}
