/**
 * Control characters (C0, DEL, C1: Unicode's Cc), the line and paragraph separators, the marks that change the direction
 * of the text around them (Unicode Bidirectional Algorithm, UAX #9, section 2), and what has no width and joins nothing,
 * with which one name is made to look like another. (The joiners U+200C and U+200D belong to scripts and emoji.)
 */
const unseen =
  /[\p{Cc}\u{2028}\u{2029}\u{61C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{AD}\u{200B}\u{2060}-\u{2064}\u{FEFF}\u{E0000}-\u{E007F}]/gu;

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
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).padStart(2, '0');
  return code <= 0xff ? `\\x${hex}` : `\\u{${hex}}`;
}
