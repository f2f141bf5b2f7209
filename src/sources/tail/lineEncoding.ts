import type { Buffer } from 'node:buffer';

/** How the characters of a file are encoded, as far as it matters for finding its lines. */
export type LineEncoding = 'bytes' | 'utf8' | 'utf16le' | 'utf16be';

/** How a file begins that is UTF-16 (Windows PowerShell's redirection); undefined = it is not. */
export function utf16Of(head: Uint8Array): 'utf16le' | 'utf16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf16be' : undefined;
}

/** Text of bytes in an encoding; `bytes` are kept one in each character. */
export function decodedText(bytes: Buffer, encoding: LineEncoding): string {
  if (encoding === 'utf8') return bytes.toString('utf8');
  if (encoding === 'bytes') return bytes.toString('latin1');
  return new TextDecoder(encoding === 'utf16le' ? 'utf-16le' : 'utf-16be').decode(bytes);
}
