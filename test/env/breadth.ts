/**
 * How wide the tests cast their net. What the product must tell is always tested on every recorded log; what varies
 * the same claim (other cuts, other seeds, the same story of another version) is tested on a part of them in
 * `npm test`, and on all with `npm run test:long`.
 */
export const isLong = process.env['ALL_VERSIONS'] === '1';

/** The versions whose recorded logs stand for all: the oldest, the one recorded in all languages, the newest. */
const standing = ['12', '15', '18'];

/** Whether a recorded log, by its name in test/fixtures, is among those tested now. */
export function isWithin(name: string): boolean {
  const major = /^\d+(?=-)/.exec(name)?.[0];
  return isLong || major === undefined || standing.includes(major);
}

/** So many seeds of a random test: a part of them, or all. */
export function seeds(some: number, all: number): number[] {
  return Array.from({ length: isLong ? all : some }, (_, index) => index + 1);
}
