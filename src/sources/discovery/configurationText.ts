/** One `name = value` line of a configuration file. */
export interface Assignment {
  /** In lower case: the server compares names without case. */
  readonly name: string;
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

const identifier = '[A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*';
const assignment = new RegExp(
  `^[ \\t\\r]*(${identifier}(?:\\.${identifier})?)(?![\\w$.\\u0080-\\uffff])` +
    `[ \\t\\r]*=?[ \\t\\r]*(?:'((?:[^'\\\\]|\\\\.|'')*)'|([-+.\\w:/\\u0080-\\uffff]+))[ \\t\\r]*(?:#.*)?$`,
  's',
);

/**
 * The assignments of a postgresql.conf in order, `include` directives among them, as guc-file.l reads them.
 * A line that is no assignment is passed over (the server would refuse the whole file).
 */
export function parseConfiguration(text: string): Assignment[] {
  const found: Assignment[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const [, name, quoted, bare] = assignment.exec(line) ?? [];
    if (name === undefined) continue;
    const value = quoted === undefined ? (bare ?? '') : unquote(quoted);
    found.push({ name: name.toLowerCase(), value, line: index + 1 });
  }
  return found;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** `DeescapeQuotedString` of guc-file.l: `''`, `\n` and its like, `\101`. */
function unquote(quoted: string): string {
  return quoted.replace(/''|\\([0-7]{1,3}|.)/gs, (whole, escaped: string | undefined) => {
    if (escaped === undefined) return whole === "''" ? "'" : whole;
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(parseInt(escaped, 8) & 0xff);
    return escapes[escaped] ?? escaped;
  });
}

/** A boolean as the server reads it (`parse_bool`: any unambiguous beginning); undefined = not one. */
export function parseBoolean(value: string | undefined): boolean | undefined {
  const word = value?.trim().toLowerCase();
  if (word === undefined || word === '') return undefined;
  if (word === '1' || 'true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on') return true;
  if (word === '0' || 'false'.startsWith(word) || 'no'.startsWith(word) || word === 'off' || word === 'of')
    return false;
  return undefined;
}

/** A comma list such as `stderr, csvlog`, in lower case, without quotes and blanks. */
export function parseList(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((element) => element.trim().replace(/^"(.*)"$/, '$1'))
    .filter((element) => element !== '');
}
