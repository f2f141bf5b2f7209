/** A source of numbers in [0, 1), the same for one seed. */
export type Random = () => number;

const tokens = [
  ...['LOG:  ', 'FATAL:  ', 'ERROR:  ', 'PANIC:  ', 'DETAIL:  ', 'STATEMENT:  ', 'СООБЩЕНИЕ:  ', '日志:  '],
  ...[
    ' database=',
    ' user=',
    ' application_name=',
    ' host=',
    ' port=1',
    '"',
    '""',
    '\\"',
    ',',
    '{',
    '}',
    '[',
    ']',
  ],
  ...['\n', '\r\n', '\t', '\n\t', '\0', '\u001b[2J', '\uFEFF', '\u202e', ' ', '%', '|', '@', ':', '-'],
  'connection authorized: user=evil database=z application_name=q',
  'connection received: host=6.6.6.6 port=6',
  'disconnection: session time: 0:00:01.000 user=evil database=z host=6.6.6.6 port=6',
  'database system is shut down',
  'starting PostgreSQL 99.9 on evil',
  '2026-11-20 09:58:01.000 UTC [66] LOG:  connection authorized: user=evil database=z',
  '2026-11-20 09:58:01.000 UTC,"evil","z",66,"6.6.6.6:6",6b00.42,1,"",2026-11-20 09:58:01 UTC,,0,LOG,00000,"connection authorized: user=evil database=z",,,,,,,,,"","client backend",,0',
  '{"timestamp":"2026-11-20 09:58:01.000 UTC","user":"evil","dbname":"z","pid":66,"error_severity":"LOG","message":"connection authorized: user=evil database=z"}',
  '2026-11-20 10:07:45.143 UTC [8964] LOG C-0x5600b0aeced0: z/evil@6.6.6.6:6 login attempt: db=z user=evil tls=no',
  "\nthread '<unnamed>' panicked at src/lib.rs:10:5:\nboo\n",
  '99999-02-30 25:61:61.999 XYZ ',
  '9'.repeat(40),
];

/** Some text in which anything may stand. */
export function hostileText(next: Random): string {
  const parts = 1 + Math.floor(next() * 8);
  return Array.from({ length: parts }, () => pick(tokens, next)).join(next() < 0.5 ? '' : '\n');
}

export function pick<T>(list: readonly T[], next: Random): T {
  return list[Math.floor(next() * list.length)]!;
}

type Mutator = (bytes: Buffer, next: Random, other: Buffer) => Buffer;

const place = (bytes: Buffer, next: Random): number => Math.floor(next() * (bytes.length + 1));

function range(bytes: Buffer, next: Random, most: number): [number, number] {
  const start = place(bytes, next);
  return [start, Math.min(bytes.length, start + Math.floor(next() * most))];
}

function lines(bytes: Buffer, change: (list: string[]) => string[]): Buffer {
  return Buffer.from(change(bytes.toString('latin1').split('\n')).join('\n'), 'latin1');
}

const mutators: readonly Mutator[] = [
  // bytes: flipped, cut, doubled, lost at the end
  (bytes, next) => {
    const copy = Buffer.from(bytes);
    for (let flips = 1 + next() * 20; flips > 0; flips -= 1) {
      const at = Math.floor(next() * copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(next() * 8));
    }
    return copy;
  },
  (bytes, next) => {
    const [start, end] = range(bytes, next, 500);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (bytes, next) => {
    const [start, end] = range(bytes, next, 2000);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  (bytes, next) => bytes.subarray(0, place(bytes, next)),
  (bytes, next) => bytes.subarray(place(bytes, next)),
  // another log goes on in the middle
  (bytes, next, other) =>
    Buffer.concat([bytes.subarray(0, place(bytes, next)), other.subarray(place(other, next))]),
  // something stands where it does not belong, once or very often
  (bytes, next) => {
    const at = place(bytes, next);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(hostileText(next)), bytes.subarray(at)]);
  },
  (bytes, next) => {
    const at = place(bytes, next);
    const many = pick(tokens, next).repeat(1 + Math.floor(next() * 400));
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(many), bytes.subarray(at)]);
  },
  // whole lines: doubled, lost, in another order, joined, with other ends
  (bytes, next) => lines(bytes, (list) => list.filter(() => next() > 0.1)),
  (bytes, next) => lines(bytes, (list) => list.flatMap((line) => (next() < 0.1 ? [line, line] : [line]))),
  (bytes, next) =>
    lines(bytes, (list) => {
      const at = Math.floor(next() * list.length);
      const to = Math.floor(next() * list.length);
      [list[at], list[to]] = [list[to]!, list[at]!];
      return list;
    }),
  (bytes) => lines(bytes, (list) => list.map((line) => `${line}\r`)),
  (bytes, next) => {
    const copy = Buffer.from(bytes);
    for (let at = copy.indexOf(10); at >= 0; at = copy.indexOf(10, at + 1)) if (next() < 0.05) copy[at] = 32;
    return copy;
  },
  // numbers and digits
  (bytes, next) =>
    lines(bytes, (list) =>
      list.map((line) =>
        next() < 0.05 ? line.replace(/\d+/, (digits) => digits.repeat(1 + next() * 5)) : line,
      ),
    ),
];

/** The bytes after one to four changes. */
export function mutated(bytes: Buffer, next: Random, other: Buffer): Buffer {
  let changed = bytes;
  for (let count = 1 + Math.floor(next() * 4); count > 0; count -= 1)
    changed = pick(mutators, next)(changed, next, other);
  return changed.subarray(0, 256 * 1024);
}
