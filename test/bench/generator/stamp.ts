const milliseconds = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, '0')}`);
let lastSecond = NaN;
let lastText = '';

/** `2026-11-20 09:58:11 UTC`: %t and %s. */
export function stampOfSecond(at: number): string {
  return `${secondText(at)} UTC`;
}

/** `2026-11-20 09:58:11.972 UTC`: %m and the first column. */
export function stampOf(at: number): string {
  return `${secondText(at)}${milliseconds[at % 1000] ?? ''} UTC`;
}

/** `1795168691.972`: %n. */
export function epochOf(at: number): string {
  return `${Math.floor(at / 1000)}${milliseconds[at % 1000] ?? ''}`;
}

/** `0:00:03.120`: how long a session lasted. */
export function lengthOf(ms: number): string {
  const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}${milliseconds[ms % 1000] ?? ''}`;
}

/** Formatting a date costs more than a record may: the second of the last line is nearly always this one's. */
function secondText(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
  }
  return lastText;
}
