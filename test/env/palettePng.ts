import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Pixels row by row, each 0xRRGGBB. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
const paletteSize = 256;
/** So many of the most frequent colours are kept as they are; the rest of the palette goes where the eye would miss it. */
const exactColours = 160;

/**
 * The same picture with a palette of 256 colours, a third of the size: a window has few more, and these within the
 * edges of its letters. Takes a PNG of 8 bits for each of red, green and blue, as the browser writes it
 * (https://www.w3.org/TR/png-3/).
 */
export function withPalette(png: Buffer): Buffer {
  const { width, height, colours } = decode(png);
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = choosePalette(counts);
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour).index]));
  const lines = Buffer.alloc(height * (width + 1));
  colours.forEach((colour, at) => {
    lines[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = indexes.get(colour) ?? 0;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);
  const table = Buffer.from(palette.flatMap((colour) => [...channels(colour)]));
  const data = deflateSync(lines, { level: 9 });
  const chunks = [
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** The most frequent colours, then always the one that would be missed most. */
function choosePalette(counts: ReadonlyMap<number, number>): number[] {
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  const palette = byCount.slice(0, exactColours);
  const missed = byCount
    .slice(exactColours)
    .map((colour) => ({ colour, distance: nearest(palette, colour).distance }));
  const loss = ({ colour, distance }: { colour: number; distance: number }) =>
    distance * (counts.get(colour) ?? 0);
  while (palette.length < Math.min(paletteSize, byCount.length)) {
    const worst = missed.reduce((a, b) => (loss(b) > loss(a) ? b : a));
    palette.push(worst.colour);
    for (const other of missed)
      other.distance = Math.min(other.distance, distanceOf(worst.colour, other.colour));
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): { index: number; distance: number } {
  let best = { index: 0, distance: Infinity };
  palette.forEach((candidate, index) => {
    const distance = distanceOf(candidate, colour);
    if (distance < best.distance) best = { index, distance };
  });
  return best;
}

function distanceOf(a: number, b: number): number {
  const [red, green, blue] = channels(a);
  const [otherRed, otherGreen, otherBlue] = channels(b);
  return (red - otherRed) ** 2 + (green - otherGreen) ** 2 + (blue - otherBlue) ** 2;
}

function channels(colour: number): [red: number, green: number, blue: number] {
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
}

function decode(png: Buffer): Picture {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  if (png.readUInt16BE(24) !== 0x0802 || png[28] !== 0) throw new Error('Not a plain PNG of 8-bit RGB.');
  const data: Buffer[] = [];
  for (let at = signature.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const end = at + 8 + png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, end));
  }
  const bytes = unfilter(inflateSync(Buffer.concat(data)), width * 3, height);
  return {
    width,
    height,
    colours: Uint32Array.from({ length: width * height }, (_, at) => bytes.readUIntBE(at * 3, 3)),
  };
}

/** Each byte was written as the difference to its neighbours, by the filter that its line begins with. */
function unfilter(lines: Buffer, lineBytes: number, height: number): Buffer {
  const bytes = Buffer.alloc(lineBytes * height);
  for (let at = 0; at < bytes.length; at++) {
    const line = Math.floor(at / lineBytes);
    const left = at % lineBytes < 3 ? 0 : (bytes[at - 3] ?? 0);
    const up = bytes[at - lineBytes] ?? 0;
    const upLeft = at % lineBytes < 3 ? 0 : (bytes[at - lineBytes - 3] ?? 0);
    const predicted = predict(lines[line * (lineBytes + 1)], left, up, upLeft);
    bytes[at] = (lines[at + line + 1] ?? 0) + predicted;
  }
  return bytes;
}

/** https://www.w3.org/TR/png-3/#9Filters */
function predict(filter: number | undefined, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [toLeft, toUp, toUpLeft] = [up - upLeft, left - upLeft, left + up - 2 * upLeft].map(Math.abs) as [
        number,
        number,
        number,
      ];
      if (toLeft <= toUp && toLeft <= toUpLeft) return left;
      return toUp <= toUpLeft ? up : upLeft;
    }
    default:
      return 0;
  }
}
