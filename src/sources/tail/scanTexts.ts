import { isAscii } from 'node:buffer';
import { printedLabels } from '../../core/log/labels.ts';
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

/** As UTF-8; and then, where they are none, in every other encoding that a server may have written them in. */
export function* textsOf(bytes: Buffer, start: number, end: number): Generator<EncodedText> {
  const text = textOf(bytes, start, end);
  yield { text, languages: [] };
  if (!text.includes('\uFFFD')) return;
  const part = bytes.subarray(start, Math.min(end, start + longestEntry));
  for (const { decode, languages } of decoders()) yield { text: plain(decode(part)), languages };
}

interface LegacyDecoder {
  readonly decode: (bytes: Uint8Array) => string;
  readonly languages: readonly string[];
}

let made: readonly LegacyDecoder[] | undefined;

/** Made once, and not before they are needed: a decoder is dear. */
function decoders(): readonly LegacyDecoder[] {
  made ??= legacyEncodings.map(({ name, languages }) => {
    const decoder = new TextDecoder(name);
    return { decode: (bytes) => decoder.decode(bytes), languages };
  });
  return made;
}

/** The part of a text, and the lines of it, that are looked at to tell its encoding. */
const sampleBytes = 256 * 1024;
const mostLines = 100;

/**
 * The text of a part of a log: its lines that are no UTF-8 are taken in that encoding in which most of them have a
 * label of a language that is written in it, or with U+FFFD where there is none.
 */
export function logText(bytes: Buffer): string {
  const utf8 = bytes.toString();
  const decode = utf8.includes('\uFFFD') ? decoderOf(bytes.subarray(0, sampleBytes)) : undefined;
  if (!decode) return utf8;
  const lines = utf8.split('\n');
  const decoded = decode(bytes).split('\n');
  return decoded.length === lines.length ? mixed(lines, decoded) : utf8;
}

function decoderOf(bytes: Buffer): LegacyDecoder['decode'] | undefined {
  const lines = bytes.toString().split('\n');
  const broken = [...lines.keys()].filter((index) => lines[index]?.includes('\uFFFD') === true);
  let most = 0;
  let best: LegacyDecoder['decode'] | undefined;
  for (const { decode } of decoders()) {
    const decoded = decode(bytes).split('\n');
    const { length } = broken.slice(0, mostLines).filter((index) => foreignLabel.test(decoded[index] ?? ''));
    if (length > most) best = decode;
    most = Math.max(most, length);
  }
  return best;
}

function mixed(lines: readonly string[], decoded: readonly string[]): string {
  return lines.map((line, index) => (line.includes('\uFFFD') ? (decoded[index] ?? line) : line)).join('\n');
}

const foreignLabel = new RegExp(
  printedLabels
    .filter(({ text }) => !isAscii(Buffer.from(text)))
    .map(({ text }) => text.replace(/[()]/g, '\\$&'))
    .join('|'),
);

function plain(text: string): string {
  const lines = (text.startsWith('\uFEFF') ? text.slice(1) : text).replace(/\n$/, '');
  // a log of Windows ends every line so; elsewhere a carriage return belongs to a name
  return lines.endsWith('\r') ? lines.slice(0, -1).replaceAll('\r\n', '\n') : lines;
}
