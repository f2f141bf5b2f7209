/** No server writes a zero: the first line of a text ends with one where its rest never came to the disk (sources/tail/hole.ts). */
export function isTorn(text: string): boolean {
  const zero = text.indexOf('\0');
  return zero >= 0 && !text.slice(0, zero).includes('\n');
}
