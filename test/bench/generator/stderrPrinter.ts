import { sessionIdOf, type Body, type Printer, type ServerProcess } from './record.ts';
import { epochOf, stampOf, stampOfSecond } from './stamp.ts';

/** Text that stays as it is while the process does. */
type Piece = (process: ServerProcess) => string;
type Part = string | Piece;
/** The number of a piece, or what prints a text that differs from line to line. */
type Step = number | Printer;

/** Escapes whose value differs from line to line. */
const changing: Record<string, Printer> = {
  m: (_, at) => stampOf(at),
  t: (_, at) => stampOfSecond(at),
  n: (_, at) => epochOf(at),
  l: ({ lines }) => String(lines),
  i: (_, __, { commandTag = '' }) => commandTag,
  e: (_, __, { sqlState }) => sqlState,
};

const nameOf = ({ background }: ServerProcess, name: string | undefined): string =>
  background ? '' : name === undefined || name === '' ? '[unknown]' : name;

/** Escapes whose value is the process's. */
const lasting: Record<string, Piece> = {
  a: (process) => nameOf(process, process.app),
  u: (process) => nameOf(process, process.user),
  d: (process) => nameOf(process, process.database),
  h: ({ host = '' }) => host,
  r: ({ host = '', port }) => (port === undefined ? host : `${host}(${port})`),
  b: ({ backendType }) => backendType,
  p: ({ pid }) => String(pid),
  c: sessionIdOf,
  s: ({ startedAt }) => stampOfSecond(startedAt),
  v: ({ virtualTransactionId }) => virtualTransactionId,
  x: () => '0',
  Q: () => '0',
};

/** Prints stderr logs with a log_line_prefix. */
export function stderrPrinter(prefix: string): Printer {
  const ofClient = compile(prefix.replaceAll('%q', ''));
  const ofBackground = compile(prefix.split('%q', 1)[0] ?? '');
  return (process, at, body) => {
    const { pieces, steps } = process.background ? ofBackground : ofClient;
    process.pieces ??= pieces.map((parts) => joined(parts, process));
    let text = '';
    for (const section of (body.rendered ??= sectionsOf(body))) {
      process.lines += 1;
      for (const step of steps)
        text += typeof step === 'number' ? (process.pieces[step] ?? '') : step(process, at, body);
      text += section;
    }
    return text;
  };
}

function joined(parts: readonly Part[], process: ServerProcess): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : part(process);
  return text;
}

/** Neighbours that last are one piece, so that the usual prefixes cost two concatenations a line. */
function compile(prefix: string): { steps: readonly Step[]; pieces: readonly (readonly Part[])[] } {
  const steps: Step[] = [];
  const pieces: Part[][] = [];
  const add = (part: Part): void => {
    if (typeof steps.at(-1) !== 'number') steps.push(pieces.push([]) - 1);
    pieces.at(-1)?.push(part);
  };
  for (const [token, width = '', letter] of prefix.matchAll(/%(-?\d*)([a-zA-Z%])|[^%]+/g)) {
    const print = letter === undefined ? undefined : changing[letter];
    if (print) steps.push(padded(width, print));
    else if (letter === undefined || letter === '%') add(letter ?? token);
    else add(padded(width, lasting[letter] ?? (() => '')));
  }
  return { steps, pieces };
}

/** `%10u` pads on the left, `%-10u` on the right; what is longer is not cut. */
function padded<Of extends unknown[]>(text: string, print: (...of: Of) => string): (...of: Of) => string {
  const width = Number(text);
  if (width === 0) return print;
  return (...of) => (width < 0 ? print(...of).padEnd(-width) : print(...of).padStart(width));
}

/** What follows the prefix on each line that has one, continuation lines included. */
function sectionsOf({ severity, message, position, detail, hint, context, statement }: Body): string[] {
  const first = position === undefined ? message : `${message} at character ${position}`;
  const sections = [section(severity, first)];
  if (detail !== undefined) sections.push(section('DETAIL', detail));
  if (hint !== undefined) sections.push(section('HINT', hint));
  if (context !== undefined) sections.push(section('CONTEXT', context));
  if (statement !== undefined) sections.push(section('STATEMENT', statement));
  return sections;
}

function section(label: string, text: string): string {
  return `${label}:  ${text.includes('\n') ? text.replaceAll('\n', '\n\t') : text}\n`;
}
