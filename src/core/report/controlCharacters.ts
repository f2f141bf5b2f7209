/**
 * Control characters (C0, DEL, C1: Unicode's Cc), the line and paragraph separators, and the marks that change the
 * direction of the text around them (Unicode Bidirectional Algorithm, UAX #9, section 2).
 */
const unseen = /[\p{Cc}\u{2028}\u{2029}\u{61C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text with every character that could move the cursor, break the line, colour a terminal or reverse what
 * stands beside it written out: `\n`, `\r`, `\t`, `\xHH`, else `\u{…}`. All other Unicode is left as it is, and so
 * are backslashes: the result is for reading, not for parsing back.
 */
export function showControlCharacters(text: string): string {
  return text.replace(unseen, (character) => short[character] ?? escapeOf(character));
}

function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, '0');
  return code <= 0xff ? `\\x${hex}` : `\\u{${hex}}`;
}
