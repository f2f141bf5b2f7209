/** Milliseconds on a clock that nobody sets, for spans. The first use of `performance` costs what a short log does. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
