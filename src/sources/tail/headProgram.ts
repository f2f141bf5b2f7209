import type { HeadPart, RecurringShape } from '../../core/log/recurringShape.ts';

/** Operations of a head (assembly/lineHead.ts). */
const operations: Readonly<Record<HeadPart['kind'], number>> = {
  literal: 1,
  timeMs: 2,
  time: 3,
  epoch: 4,
  pid: 5,
  number: 6,
  sessionId: 7,
  start: 8,
  hostPort: 9,
  host: 10,
  virtualXid: 11,
  sqlState: 12,
  spaces: 13,
  name: 15,
};
const backwards = 14;

/** What a byte is in the name of a plain head (assembly/plainNames.ts); each that tells is a part as well. */
const inNames = { divides: 0, isPart: 1, tells: 3, isNone: 4 } as const;
/** Numbers, times, codes and hosts have these, and a literal may have an underscore. */
const mayBeNoName = /[0-9A-Za-f.:/+_-]/;
/** What a record writes as more than one, and what no name is in. */
const mayBeMore = /["\\[]/;

/** Keys of a json record up to its severity, in the order in which the server writes them (jsonlog.c). */
export const jsonKeys = [
  '{"timestamp":"',
  '"user":"',
  '"dbname":"',
  '"pid":',
  '"remote_host":"',
  '"remote_port":',
  '"session_id":"',
  '"line_num":',
  '"ps":"',
  '"session_start":"',
  '"vxid":"',
  '"txid":',
  '"error_severity":"',
];

/** What stands before the severity of a line, as the module is told it: bytes, if each is less than 256. */
export function headProgram({ fromLeft, fromRight }: NonNullable<RecurringShape['head']>): number[] {
  const backwardsPart = fromRight ? [backwards, ...fromRight.flatMap(operation)] : [];
  return [...fromLeft.flatMap(operation), ...backwardsPart, 0];
}

/**
 * What each byte is in the names of such heads: nothing, where no name can be told from what stands beside it. In a record names
 * end at their quotes.
 */
export function bytesInNames({ head, plainHead }: RecurringShape): Uint8Array {
  const dividers = head ? plainHead?.dividers : new Set<string>();
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    if (!dividers || dividers.has(character)) return inNames.divides;
    if (byte < 0x20 || byte === 0x7f || (!head && mayBeMore.test(character))) return inNames.isNone;
    return head && mayBeNoName.test(character) ? inNames.isPart : inNames.tells;
  });
}

function operation(part: HeadPart): number[] {
  const code = operations[part.kind];
  if (part.kind === 'spaces') return [code, part.most];
  if (part.kind !== 'literal') return [code];
  const bytes = Buffer.from(part.text);
  return [code, bytes.length, ...bytes];
}
