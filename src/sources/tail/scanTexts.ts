import { legacyEncodings } from './legacyEncodings.ts';

/** The most text that is read as one entry; the rest of a longer one is passed over. */
const longestEntry = 128 * 1024;

/** Some bytes in an encoding, and the languages that use it. */
export interface EncodedText {
  readonly text: string;
  readonly languages: readonly string[];
}

/** Text of some bytes, without byte order mark and line end; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Buffer, start: number, end: number): string {
  return plain(bytes.toString('utf8', start, Math.min(end, start + longestEntry)));
}

/** As UTF-8; and, where that they are not, in every other encoding that a server may have written them in. */
export function textsOf(bytes: Buffer, start: number, end: number): EncodedText[] {
  const utf8 = { text: textOf(bytes, start, end), languages: [] };
  if (!utf8.text.includes('\uFFFD')) return [utf8];
  const part = bytes.subarray(start, Math.min(end, start + longestEntry));
  const others = legacyEncodings.map(({ name, languages }) => ({
    text: plain(new TextDecoder(name).decode(part)),
    languages,
  }));
  return [utf8, ...others];
}

function plain(text: string): string {
  return (text.startsWith('\uFEFF') ? text.slice(1) : text).replace(/\r?\n?$/, '');
}
