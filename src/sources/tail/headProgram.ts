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

function operation(part: HeadPart): number[] {
  const code = operations[part.kind];
  if (part.kind === 'spaces') return [code, part.most];
  if (part.kind !== 'literal') return [code];
  const bytes = Buffer.from(part.text);
  return [code, bytes.length, ...bytes];
}
