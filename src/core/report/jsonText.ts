/** What JSON leaves raw although a terminal would obey it: DEL, C1, line separators, marks of direction. */
const obeyed = /[\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A document as JSON, with every control character escaped: it parses to exactly the same values, and printing it
 * to a terminal is harmless. `indent` spaces per level; 0 = one line.
 */
export function jsonText(document: unknown, indent = 0): string {
  return JSON.stringify(document, undefined, indent).replace(
    obeyed,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An instant (ms since the epoch) as JSON tells it: ISO 8601 in UTC with ms, null where missing or no instant. */
export function isoInstant(at: number | undefined): string | null {
  if (at === undefined || !(Math.abs(at) <= 8.64e15)) return null;
  return new Date(at).toISOString();
}
