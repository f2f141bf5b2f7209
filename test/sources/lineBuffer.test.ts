import assert from 'node:assert/strict';
import { LineBuffer, type LineBufferOptions } from '../../src/sources/tail/lineBuffer.ts';

const mebibyte = 1024 * 1024;

/** The lines of a file that comes in pieces of so many bytes, each with where it begins; the file goes on from `from`. */
function linesOf(
  bytes: Buffer,
  piece: number,
  { from = 0, ...options }: LineBufferOptions & { from?: number } = {},
): [text: string, offsetBytes: number][] {
  const lines: [string, number][] = [];
  const buffer = new LineBuffer((line, offset) => lines.push([buffer.textOf(line), offset]), options);
  buffer.begin(from);
  for (let at = 0; at < bytes.length;) {
    const room = buffer.room();
    const count = Math.min(room.length, piece, bytes.length - at);
    assert.ok(count > 0);
    room.set(bytes.subarray(at, at + count));
    buffer.took(count);
    at += count;
  }
  buffer.end();
  assert.equal(buffer.offsetBytes, from + bytes.length);
  return lines;
}

describe('the lines of a file', () => {
  // between the first three characters stand the bytes of a newline, in either order
  const text = 'one\r\n\nĀਅĀ 𝄞\nlast';
  const expected = ['one', '', 'ĀਅĀ 𝄞', 'last'];
  const encodings = {
    'UTF-8': Buffer.from(text),
    'UTF-8 with a mark': Buffer.from(`\uFEFF${text}`),
    'UTF-16 little-endian': Buffer.from(`\uFEFF${text}`, 'utf16le'),
    'UTF-16 big-endian': Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  };
  for (const [encoding, bytes] of Object.entries(encodings))
    it(`are whole however its bytes are cut (${encoding})`, () => {
      for (let piece = 1; piece <= bytes.length; piece += 1)
        assert.deepEqual(
          linesOf(bytes, piece).map(([line]) => line),
          expected,
        );
    });

  it('are in the encoding that somebody knows, and told with their places in the file', () => {
    const bytes = Buffer.from('aé\nb\n', 'latin1');
    const lines = linesOf(bytes, 2, { encoding: 'bytes', from: 1000 });
    assert.deepEqual(lines, [
      ['aé', 1000],
      ['b', 1003],
    ]);
    const wide = linesOf(Buffer.from('a\nb\n', 'utf16le'), 3, { encoding: 'utf16le', from: 1000 });
    assert.deepEqual(wide, [
      ['a', 1000],
      ['b', 1004],
    ]);
  });

  it('are passed over where they are too long, of which the beginning may be told', () => {
    const long = 'x'.repeat(2.5 * mebibyte);
    const bytes = Buffer.from(`before\n${long}\nbehind\n`);
    const around: [string, number][] = [
      ['before', 0],
      ['behind', 8 + long.length],
    ];
    for (const piece of [mebibyte / 4, 400_001, 4 * mebibyte]) {
      assert.deepEqual(linesOf(bytes, piece), around);
      const [before, beginning, behind] = linesOf(bytes, piece, { tellsLong: true });
      assert.deepEqual([before, behind], around);
      assert.deepEqual([beginning?.[0].length, beginning?.[1]], [mebibyte, 7]);
    }
  });

  it('of the next file are its own, though the one before ended in a line that is too long', () => {
    const lines: string[] = [];
    const buffer = new LineBuffer((line) => lines.push(buffer.textOf(line)));
    buffer.begin(0);
    for (let blocks = 0; blocks < 2; blocks += 1) buffer.took(buffer.room().fill(0x78).length);
    buffer.begin(0);
    buffer.room().set(Buffer.from('next\n'));
    buffer.took(5);
    assert.deepEqual(lines, ['next']);
  });
});
