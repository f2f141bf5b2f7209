import type { LogEntry } from './logEntry.ts';
import { notGiven, type HeadField, type NameField, type PlainHead } from './plainHead.ts';

/** A head taken apart: its names and code, and what is the same in all that are alike but for them. */
export interface NamedHead {
  readonly skeleton: string;
  readonly names: Partial<Pick<LogEntry, HeadField>>;
}

/** Takes a head apart; undefined = it has no names, or some that could be read otherwise. */
export function namedHead(head: string, plain: PlainHead): NamedHead | undefined {
  const match = plain.pattern.exec(head);
  if (!match) return undefined;
  const names: Partial<Record<HeadField, string>> = {};
  let skeleton = match[1] ?? '';
  for (const [index, field] of plain.fields.entries()) {
    const name = match[2 * index + 2] ?? '';
    const isGiven = name !== notGiven;
    const isPlain = field === 'sqlState' || plain.isPlain(name);
    if (isGiven && (!isPlain || field in names)) return undefined;
    if (isGiven) names[field] = name;
    skeleton += `${isGiven ? '\u0100' : name}${match[2 * index + 3] ?? ''}`;
  }
  return { skeleton, names };
}

/** A text divided at names: what stands before, between and behind them, and whose each is. */
export interface DividedText {
  readonly between: readonly string[];
  readonly fields: readonly NameField[];
}

/** Divides a head; undefined = it has no names. A code is no name here. */
export function dividedHead(head: string, plain: PlainHead): DividedText | undefined {
  const match = plain.pattern.exec(head);
  if (!match) return undefined;
  const between: string[] = [];
  const fields: NameField[] = [];
  let before = match[1] ?? '';
  for (const [index, field] of plain.fields.entries()) {
    const name = match[2 * index + 2] ?? '';
    const behind = match[2 * index + 3] ?? '';
    if (field === 'sqlState' || name === notGiven) before += name + behind;
    else {
      between.push(before);
      fields.push(field);
      before = behind;
    }
  }
  return { between: [...between, before], fields };
}

/** Do these names tell of others that they can be read in one way, too? */
export function areTypical({ names: { sqlState: _, ...names } }: NamedHead, plain: PlainHead): boolean {
  return Object.values(names).every((name) => plain.isTypical(name));
}
