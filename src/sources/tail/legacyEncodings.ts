import { isUtf8 } from 'node:buffer';

/**
 * Encodings of databases that are not in UTF-8, and the languages whose messages they can hold: each backend writes in
 * the encoding of its database (manual, section 23.3). The single-byte ones of Windows have what the ISO ones of the
 * same languages have; of those that differ in a letter, both are named. EUC_TW is not known to the encoding standard.
 */
export const legacyEncodings: readonly { readonly name: string; readonly languages: readonly string[] }[] = [
  // LATIN1, WIN1252, LATIN9
  { name: 'windows-1252', languages: ['de', 'es', 'fr', 'id', 'it', 'pt_BR', 'sv'] },
  { name: 'windows-1251', languages: ['ru', 'uk'] },
  { name: 'koi8-r', languages: ['ru'] },
  { name: 'koi8-u', languages: ['uk'] },
  { name: 'iso-8859-5', languages: ['ru', 'uk'] },
  { name: 'ibm866', languages: ['ru'] },
  // LATIN2, WIN1250
  { name: 'iso-8859-2', languages: ['pl'] },
  { name: 'windows-1250', languages: ['pl'] },
  // LATIN5, WIN1254
  { name: 'windows-1254', languages: ['tr'] },
  { name: 'euc-jp', languages: ['ja'] },
  { name: 'euc-kr', languages: ['ko'] },
  // EUC_CN is a part of it
  { name: 'gb18030', languages: ['zh_CN'] },
];

/** The text in the encodings that its languages use, other than UTF-8; nothing for one in ASCII. */
export function legacyForms(text: string, languages: readonly string[]): Buffer[] {
  const forms = new Map<string, Buffer>();
  for (const encoding of legacyEncodings) {
    if (!encoding.languages.some((language) => languages.includes(language))) continue;
    const bytes = encode(text, encoding.name);
    if (bytes && !isUtf8(bytes)) forms.set(bytes.toString('latin1'), bytes);
  }
  return [...forms.values()];
}

/** The text in an encoding; undefined when a character of it is not in there. */
export function encode(text: string, encoding: string): Buffer | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const encoded = code < 0x80 ? [code] : tableOf(encoding).get(character);
    if (!encoded) return undefined;
    bytes.push(...encoded);
  }
  return Buffer.from(bytes);
}

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** What each character of an encoding is written as, told by decoding all that can be written in one or two bytes. */
function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  const written: number[][] = [];
  for (let lead = 0x80; lead <= 0xff; lead += 1) {
    written.push([lead]);
    for (let trail = 0x40; trail <= 0xff && isOfTwoBytes(encoding); trail += 1) written.push([lead, trail]);
  }
  const lines = new TextDecoder(encoding)
    .decode(Uint8Array.from(written.flatMap((bytes) => [...bytes, 0x0a])))
    .split('\n');
  const table = new Map<string, readonly number[]>();
  for (const [index, bytes] of written.entries()) {
    const character = lines[index] ?? '';
    if (/^[^\uFFFD]$/u.test(character) && !table.has(character)) table.set(character, bytes);
  }
  tables.set(encoding, table);
  return table;
}

function isOfTwoBytes(encoding: string): boolean {
  return encoding.startsWith('euc-') || encoding.startsWith('gb');
}
