import type { ScanTable } from '../../core/log/logFormat.ts';
import type { ManyBytes } from './scanMessages.ts';

/** A label as bytes, and the beginnings of its messages that count; undefined = all count. */
export interface WantedBytes {
  readonly text: Buffer;
  readonly starts: ManyBytes | undefined;
}

/** Labels and messages as the module searches for them. */
export interface WantedLabels {
  /** `Framing` in assembly/candidates.ts. */
  readonly framing: number;
  /** The maps of assembly/layout.ts, from WHOLE_LABELS on. */
  readonly maps: Buffer;
}

/** `Framing` in assembly/candidates.ts. */
export const framings = { lines: 0, csv: 1, singleLine: 2 } as const;
const framingOfAnyCsv = 3;
const mapBytes = 8192;
const shortBytes = 256;

/**
 * Undefined where these labels cannot all be found by the module: each must have the bytes by which it is, `:  ` at its
 * end in lines, the first letters of the words in the other formats.
 */
export function wantedLabels(
  framing: ScanTable['framing'],
  labels: readonly WantedBytes[],
): WantedLabels | undefined {
  if (!labels.every(({ text }) => isFound(framing, text))) return undefined;
  const ofAny = framing === 'csv' && !labels.every(({ text }) => isEnglish(text));
  const maps = Buffer.alloc(6 * mapBytes + shortBytes);
  const map = (index: number): Buffer => maps.subarray(index * mapBytes, (index + 1) * mapBytes);
  const [whole, listed, twelve, eight, four] = [map(0), map(1), map(2), map(3), map(4)];
  const [all, short] = [map(5), map(6)];
  for (const { text, starts } of labels)
    setBit(starts ? listed : whole, text.readUIntLE(Math.max(0, text.length - 6), 3));
  // those of a severity are the same in all languages
  for (const starts of new Set(labels.map((label) => label.starts)))
    if (starts) setStarts({ short, all, four, eight, twelve }, starts);
  return { framing: ofAny ? framingOfAnyCsv : framings[framing], maps };
}

function isFound(framing: ScanTable['framing'], text: Buffer): boolean {
  const words = text.toString('latin1');
  switch (framing) {
    case 'lines':
      return words.length >= 6 && words.endsWith(':  ');
    case 'csv':
      return isEnglish(text) || /^,(?:DZ|K[AR]|HA|FE|[^\0-\x7f]|[A-Z][^\0-\x7f])/.test(words);
    case 'singleLine':
      return /:"(?:LO|FA|PA|ER)\w*","$/.test(words);
  }
}

function isEnglish(text: Buffer): boolean {
  return /^,(?:LO|FA|PA|ER)/.test(text.toString('latin1'));
}

interface StartMaps {
  readonly short: Buffer;
  readonly all: Buffer;
  readonly four: Buffer;
  readonly eight: Buffer;
  readonly twelve: Buffer;
}

/** Sets the bit of the beginning of each message, by as much of it as there is (`mayStart` in assembly/candidates.ts). */
function setStarts({ short, all, four, eight, twelve }: StartMaps, { bytes, ends }: ManyBytes): void {
  let from = 0;
  for (const end of ends) {
    const length = end - from;
    if (length < 4) short[bytes[from] ?? 0] = 1;
    else {
      let hash = bytes.readInt32LE(from);
      setBit(all, hash);
      if (length >= 8) hash += Math.imul(bytes.readInt32LE(from + 4), 0x85ebca6b);
      if (length >= 12) hash += Math.imul(bytes.readInt32LE(from + 8), 0xc2b2ae35);
      setBit(length >= 12 ? twelve : length >= 8 ? eight : four, hash);
    }
    from = end + 1;
  }
}

/** Sets the bit of 32 bits (`mix` in assembly/bytes.ts). */
function setBit(map: Buffer, value: number): void {
  const index = Math.imul(value, 0x9e3779b1) >>> 16;
  map[index >> 3] = (map[index >> 3] ?? 0) | (1 << (index & 7));
}
