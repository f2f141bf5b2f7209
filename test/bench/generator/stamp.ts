const milliseconds = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, '0')}`);
const secondsOfDay = 86_400;
/** `09:58:11`, by second of the day, as they are needed. */
const times: string[] = [];
let lastDay = NaN;
let lastDayText = '';

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

/** Formatting a date costs more than a record may: it is put together from days and times that were formatted before. */
function secondText(at: number): string {
  const second = Math.floor(at / 1000);
  const day = Math.floor(second / secondsOfDay);
  const ofDay = second - day * secondsOfDay;
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = `${new Date(at).toISOString().slice(0, 10)} `;
  }
  return (
    lastDayText +
    (times[ofDay] ??= lengthOf(ofDay * 1000)
      .slice(0, -4)
      .padStart(8, '0'))
  );
}
