/**
 * A message as PostgreSQL's sources and message catalogs (.po) write it, `role "%s" does not exist`, cut at its
 * places: the texts that stand between the values. A template of another language is made the same way.
 */
export type MessageTemplate = readonly [start: string, ...rest: string[]];

/** `%s`, `%d`, `%02d`, `%.3f`, `%1$s` */
const place = /%(?:\d+\$)?[.\d]*[a-z]/;

/** Cuts a msgid at its places. */
export function messageTemplate(msgid: string): MessageTemplate {
  const [start = '', ...rest] = msgid.split(place);
  return [start, ...rest];
}

/**
 * The values that stand in the places, in order, or undefined when the text is another message. The first and the
 * last text are held to the ends, those between are taken where they come first: time grows with the text's length,
 * whatever is in it.
 */
export function matchTemplate([start, ...rest]: MessageTemplate, text: string): string[] | undefined {
  if (!text.startsWith(start)) return undefined;
  const end = rest.pop();
  if (end === undefined) return text === start ? [] : undefined;
  const values: string[] = [];
  let at = start.length;
  for (const between of rest) {
    const found = text.indexOf(between, at);
    if (found < 0) return undefined;
    values.push(text.slice(at, found));
    at = found + between.length;
  }
  const endAt = text.length - end.length;
  if (endAt < at || !text.endsWith(end)) return undefined;
  return [...values, text.slice(at, endAt)];
}
