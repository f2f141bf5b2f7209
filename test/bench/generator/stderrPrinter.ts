import { sessionIdOf, type Body, type Printer, type ServerProcess } from './record.ts';
import { epochOf, stampOf, stampOfSecond } from './stamp.ts';

type Step = { readonly piece: number } | { readonly print: Printer };
/** Text that stays as it is while the process does. */
type Piece = (process: ServerProcess) => string;

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
    process.pieces ??= pieces.map((piece) => piece(process));
    let text = '';
    for (const section of (body.rendered ??= sectionsOf(body))) {
      process.lines += 1;
      for (const step of steps)
        text += 'piece' in step ? (process.pieces[step.piece] ?? '') : step.print(process, at, body);
      text += section;
    }
    return text;
  };
}

/** Neighbours that last are one piece, so that the usual prefixes cost two concatenations a line. */
function compile(prefix: string): { steps: readonly Step[]; pieces: readonly Piece[] } {
  const steps: Step[] = [];
  const pieces: Piece[] = [];
  let run: Piece[] = [];
  const endRun = (): void => {
    const parts = run;
    if (parts.length > 0) {
      steps.push({ piece: pieces.length });
      pieces.push((process) => parts.map((part) => part(process)).join(''));
    }
    run = [];
  };
  for (const [token, width = '', letter] of prefix.matchAll(/%(-?\d*)([a-zA-Z%])|[^%]+/g)) {
    const print = letter === undefined ? undefined : changing[letter];
    if (print) {
      endRun();
      steps.push({ print: padded(width, print) });
    } else if (letter === undefined || letter === '%') {
      run.push(() => (letter === undefined ? token : '%'));
    } else {
      run.push(padded(width, lasting[letter] ?? (() => '')));
    }
  }
  endRun();
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
  const sections = [[severity, first] as const];
  const add = (label: string, text: string | undefined): void => {
    if (text !== undefined) sections.push([label, text]);
  };
  add('DETAIL', detail);
  add('HINT', hint);
  add('CONTEXT', context);
  add('STATEMENT', statement);
  return sections.map(([label, text]) => `${label}:  ${text.replaceAll('\n', '\n\t')}\n`);
}
