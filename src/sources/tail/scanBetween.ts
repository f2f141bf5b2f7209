import type { BetweenSeverityAndMessage } from '../../core/log/logFormat.ts';

const comma = 0x2c;
const quote = 0x22;
const colon = 0x3a;
const space = 0x20;
const messageKey = Buffer.from('message":"');
const stateKey = Buffer.from('state_code":"');

/** Steps from behind the severity to the first byte of the message. */
export function messageStart(
  bytes: Buffer,
  at: number,
  between: BetweenSeverityAndMessage,
): number | 'no' | 'unfinished' {
  switch (between) {
    case 'optionalSqlState':
      if (at + 7 > bytes.length && mayBecomeSqlState(bytes, at)) return 'unfinished';
      return isSqlState(bytes, at) && bytes[at + 5] === colon && bytes[at + 6] === space ? at + 7 : at;
    case 'csvSqlState':
      if (at + 7 > bytes.length) return 'unfinished';
      if (!isSqlState(bytes, at) || bytes[at + 5] !== comma || bytes[at + 6] !== quote) return 'no';
      return opensField(bytes, at + 6) ?? at + 7;
    case 'jsonMessageKey': {
      const longest = at + stateKey.length + 8 + messageKey.length;
      if (standsAt(bytes, messageKey, at)) return at + messageKey.length;
      const key = at + stateKey.length + 8;
      if (standsAt(bytes, stateKey, at) && standsAt(bytes, messageKey, key)) return key + messageKey.length;
      return longest > bytes.length ? 'unfinished' : 'no';
    }
  }
}

/** Five of `0-9A-Z` with a digit among them (every SQLSTATE has one; an upper-case word has none). */
function isSqlState(bytes: Buffer, at: number): boolean {
  let digits = 0;
  for (let index = at; index < at + 5; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) digits += 1;
    else if (byte < 0x41 || byte > 0x5a) return false;
  }
  return digits > 0;
}

/** The bytes end in what may be the beginning of `XXXXX: `. */
function mayBecomeSqlState(bytes: Buffer, at: number): boolean {
  return /^(?:[0-9A-Z]{0,5}|[0-9A-Z]{5}:)$/.test(bytes.toString('latin1', at));
}

/**
 * Undefined when the quotes that begin here open a csv field that is not empty. Inside a field every quote is doubled,
 * so there they are even in number: text that imitates a record is told from one.
 */
function opensField(bytes: Buffer, at: number): 'no' | 'unfinished' | undefined {
  let end = at;
  while (bytes[end] === quote) end += 1;
  if (end === bytes.length) return 'unfinished';
  return (end - at) % 2 === 1 ? undefined : 'no';
}

/** Do these bytes stand at a place? */
export function standsAt(bytes: Buffer, wanted: Buffer, at: number): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}
