/**
 * A message as PostgreSQL's sources and message catalogs (.po) write it, `role "%s" does not exist`, cut at its
 * places. A template of another language is made the same way.
 */
export interface MessageTemplate {
  /** The texts around the values: one more than there are places. */
  readonly texts: readonly [start: string, ...rest: string[]];
  /** Which value, as the English message counts them, stands in each place: a translation may turn them round. */
  readonly order: readonly number[];
}

/** `%s`, `%d`, `%02d`, `%.3f`, `%lld`, `%m`, `%1$s`; `%%` is none. */
const place = /%(?:(\d)\$)?[.\d]*l{0,2}[a-zA-Z]/;
const places = new RegExp(place, 'g');

/** Cuts a msgid or msgstr at its places. */
export function messageTemplate(text: string): MessageTemplate {
  if (!text.includes('%')) return { texts: [text], order: [] };
  // texts and, between them, the number of the value, where one is named
  const [start = '', ...parts] = text.split(place) as (string | undefined)[];
  const order: number[] = [];
  const texts: [string, ...string[]] = [plain(start)];
  for (let at = 0; at < parts.length; at += 2) {
    order.push(parts[at] === undefined ? order.length : Number(parts[at]) - 1);
    texts.push(plain(parts[at + 1] ?? ''));
  }
  return { texts, order };
}

function plain(text: string): string {
  return text.includes('%%') ? text.replaceAll('%%', '%') : text;
}

/** What two texts have in common that differ in the letters of their places only. */
export function templateShape(text: string): string {
  return text.includes('%%') ? messageTemplate(text).texts.join('%') : text.replace(places, '%');
}

/** The text before the first place, without looking at the others. */
export function templateStart(text: string): string {
  const at = text.indexOf('%');
  if (at < 0) return text;
  return /[a-zA-Z]/.test(text[at + 1] ?? '') ? text.slice(0, at) : messageTemplate(text).texts[0];
}

/**
 * The values that stand in the places, in the order of the English message, or undefined when the text is another
 * one. The first and the last text are held to the ends, those between are taken where they come first: time grows
 * with the text's length, whatever is in it.
 */
export function matchTemplate({ texts, order }: MessageTemplate, text: string): string[] | undefined {
  const [start, ...rest] = texts;
  if (!text.startsWith(start)) return undefined;
  const end = rest.pop();
  if (end === undefined) return text === start ? [] : undefined;
  const endAt = text.length - end.length;
  if (endAt < start.length || !text.endsWith(end)) return undefined;
  const values: string[] = [];
  const put = (value: string): void => {
    values[order[nth] ?? nth] = value;
    nth += 1;
  };
  let nth = 0;
  let at = start.length;
  for (const between of rest) {
    const found = text.indexOf(between, at);
    if (found < 0) return undefined;
    put(text.slice(at, found));
    at = found + between.length;
  }
  if (endAt < at) return undefined;
  put(text.slice(at, endAt));
  return values;
}

/** The message with its values. */
export function fillTemplate({ texts, order }: MessageTemplate, values: readonly string[]): string {
  return texts.map((text, index) => text + (values[order[index] ?? -1] ?? '')).join('');
}
