import { type FilterPart, parseFilterPart } from './filterText.ts';
import { UsageError } from './usage.ts';

export const modes = ['watch', 'history', 'failures', 'incident'] as const;
export type Mode = (typeof modes)[number];
const switches = [...modes, 'json', 'mask', 'help', 'version'] as const;
// prettier-ignore -- one list
const valued = [
  'window',
  'bucket',
  'until',
  'metrics',
  'log-line-prefix',
  'time-zone',
  'pattern',
  'db',
  'user',
  'app',
  'host',
] as const;
export type Switch = (typeof switches)[number];
export type Valued = (typeof valued)[number];

/** Arguments taken apart, before anything is decided. */
export interface Words {
  readonly switches: Set<Switch>;
  readonly values: Map<Valued, string>;
  readonly filters: FilterPart[];
  readonly logs: string[];
  /** The first word that is neither an option nor a filter, unless `--` came before it. */
  command: string | undefined;
}

/** Takes the arguments apart. Throws a UsageError. */
export function splitWords(argv: readonly string[]): Words {
  const words: Words = {
    switches: new Set(),
    values: new Map(),
    filters: [],
    logs: [],
    command: undefined,
  };
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      words.logs.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith('-') && word !== '-') at += takeOption(words, word, argv[at + 1]);
    else takeWord(words, word);
  }
  return words;
}

/** Takes an option; answers how many words beyond its own it took. */
function takeOption(words: Words, word: string, next: string | undefined): 0 | 1 {
  const equals = word.indexOf('=');
  const name = word === '-h' ? 'help' : word.slice(2, equals < 0 ? undefined : equals);
  const given = equals < 0 ? undefined : word.slice(equals + 1);
  const flag = switches.find((known) => known === name);
  if (flag !== undefined && (word.startsWith('--') || word === '-h')) {
    if (given !== undefined)
      throw new UsageError('--{0} takes no value: leave “={1}” away.', name, withoutPassword(given));
    words.switches.add(flag);
    return 0;
  }
  const option = valued.find((known) => known === name);
  if (option === undefined || !word.startsWith('--'))
    throw new UsageError(
      'There is no option “{0}”: see --help for those there are, or write ./{0} for a file.',
      withoutPassword(word),
    );
  const value = given ?? next;
  if (value === undefined || (given === undefined && value.startsWith('--')))
    throw new UsageError('--{0} needs a value: write --{0}=VALUE.', name);
  takeValue(words, option, value);
  return given === undefined ? 1 : 0;
}

function takeValue(words: Words, option: Valued, value: string): void {
  switch (option) {
    case 'db':
    case 'user':
    case 'app':
    case 'host':
      if (value === '')
        throw new UsageError('--{0}= names nothing: write a name, or a pattern with *.', option);
      words.filters.push(parseFilterPart(`${option}=${value}`));
      return;
    case 'window':
    case 'bucket':
    case 'until':
    case 'metrics':
    case 'log-line-prefix':
    case 'time-zone':
    case 'pattern':
      words.values.set(option, value);
  }
}

function takeWord(words: Words, word: string): void {
  if (word === '') throw new UsageError('An empty argument names no log: leave it away, or name a file.');
  // there are no filters behind it: host=… and user=… are said of the server
  if (words.command === 'server' && isConnectionString(word)) {
    words.logs.push(word);
    return;
  }
  const [, key, value] = /^(db|user|app|host)=(.*)$/su.exec(word) ?? [];
  const option = valued.find((known) => known === key);
  if (option !== undefined && value !== undefined) {
    takeValue(words, option, value);
    return;
  }
  if (/^[a-z]+=/u.test(word))
    throw new UsageError(
      '“{0}” is not a filter: write db=…, user=…, app=… or host=… instead, or ./{0} for a file.',
      withoutPassword(word),
    );
  if (words.logs.length === 0) words.command ??= word;
  words.logs.push(word);
}

/** `keyword=value …`, as libpq has it; `db` and `app` are filters' names only. */
function isConnectionString(word: string): boolean {
  return /^\s*(?!(?:db|app)=)\w+\s*=/u.test(word);
}

/** A URI, or what follows `password=`, is not repeated. */
function withoutPassword(text: string): string {
  return text.replace(/\bpostgres(?:ql)?:\/\/.*/isu, '…').replace(/(\bpassword\s*=).*/isu, '$1…');
}
