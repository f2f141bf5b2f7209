import type { LogFormat } from '../servers.ts';
import type { prefixes, StoryName } from './stories.ts';

/** One run of a story on a server of a version, recorded in several formats at once: one fixture each. */
export interface Recording {
  readonly major: number;
  readonly formats: readonly LogFormat[];
  readonly story: StoryName;
  /** Tells it from other runs of the story; part of the fixtures' names. */
  readonly variant?: string;
  /** stderr only. */
  readonly prefix?: keyof typeof prefixes;
  /** Without the collector, as by `pg_ctl -l`; stderr only. */
  readonly toFile?: true;
  readonly settings?: Readonly<Record<string, string>>;
  /** The language of the server, which is Debian's then. */
  readonly locale?: string;
  /** The prefix cannot tell apart what the story's names mix up. */
  readonly namesAreAmbiguous?: true;
  /** Nothing in the log tells from where those who are in came. */
  readonly hostsAreUnlogged?: true;
}

const all = ['stderr', 'csv', 'json'] as const;
const plain = ['stderr'] as const;
const allSteps = { log_connections: 'all' };

/** The formats of a version: jsonlog came with 15. */
function formatsOf(major: number): readonly LogFormat[] {
  return major >= 15 ? all : ['stderr', 'csv'];
}

/** Every version through the stories in which versions differ, each with another prefix. */
const versions: readonly Recording[] = (
  [
    [12, 'default', 'debian', 'rds'],
    [13, 'debian', 'pgBadger', 'azure'],
    [14, 'rds', 'pganalyze', 'default'],
    [15, 'debian', 'cloudSql', 'pganalyzeSession'],
    [16, 'default', 'rdsLong', 'pgBadgerLines'],
    [17, 'manual', 'epoch', 'pgrxTests'],
    [18, 'pgrxTests', 'processFirst', 'padded'],
  ] as const
).flatMap(([major, first, second, third]): Recording[] => [
  { major, formats: formatsOf(major), story: 'lively', prefix: first },
  { major, formats: formatsOf(major), story: 'refused', prefix: second },
  { major, formats: formatsOf(major), story: 'names', prefix: 'debian' },
  { major, formats: formatsOf(major), story: 'replication', prefix: third },
  { major, formats: [major % 2 === 0 ? 'stderr' : 'csv'], story: 'crash', prefix: second },
  { major, formats: [major % 2 === 0 ? 'csv' : 'stderr'], story: 'immediateRestart', prefix: third },
  { major, formats: [major >= 15 ? 'json' : 'stderr'], story: 'fastRestart', prefix: first },
  { major, formats: plain, story: 'timeouts', prefix: third },
]);

/** What happens to servers, clients and files. */
const accidents: readonly Recording[] = [
  { major: 16, formats: all, story: 'lostClients' },
  { major: 13, formats: plain, story: 'lostClients', toFile: true },
  { major: 16, formats: plain, story: 'postmasterKilled', toFile: true },
  { major: 12, formats: plain, story: 'postmasterKilled', toFile: true, prefix: 'debian' },
  { major: 18, formats: plain, story: 'postmasterKilled', toFile: true, prefix: 'azure' },
  { major: 17, formats: all, story: 'aborted' },
  { major: 13, formats: plain, story: 'aborted' },
  { major: 12, formats: plain, story: 'promotion', toFile: true },
  { major: 15, formats: all, story: 'promotion' },
  { major: 18, formats: plain, story: 'promotion', toFile: true, prefix: 'debian' },
  { major: 14, formats: plain, story: 'secondStart', toFile: true },
  { major: 18, formats: plain, story: 'secondStart', toFile: true, prefix: 'debian' },
  { major: 13, formats: plain, story: 'background', prefix: 'pgrxTests' },
  { major: 16, formats: all, story: 'background', prefix: 'processFirst' },
  { major: 15, formats: all, story: 'late' },
  { major: 12, formats: plain, story: 'late', prefix: 'pganalyzeCode' },
  { major: 16, formats: all, story: 'options' },
  { major: 18, formats: plain, story: 'options' },
  { major: 16, formats: all, story: 'rotation' },
  { major: 16, formats: ['csv'], story: 'constantName' },
  { major: 18, formats: plain, story: 'names', variant: 'ambiguous', toFile: true, namesAreAmbiguous: true },
];

/** What a server is told to write, and how. */
const settings: readonly Recording[] = [
  { major: 16, formats: plain, story: 'changedPrefix' },
  { major: 12, formats: plain, story: 'changedPrefix' },
  { major: 17, formats: all, story: 'changedZone' },
  { major: 14, formats: plain, story: 'changedZone', prefix: 'debian' },
  { major: 15, formats: all, story: 'changedVerbosity' },
  { major: 18, formats: plain, story: 'changedVerbosity', prefix: 'rds' },
  {
    major: 17,
    formats: all,
    story: 'lively',
    variant: 'verbose',
    prefix: 'pganalyze',
    settings: { log_error_verbosity: 'verbose' },
  },
  {
    major: 14,
    formats: plain,
    story: 'refused',
    variant: 'terse',
    settings: { log_error_verbosity: 'terse' },
  },
  { major: 18, formats: all, story: 'lively', variant: 'allSteps', settings: allSteps },
  {
    major: 18,
    formats: plain,
    story: 'everyday',
    variant: 'authorization',
    prefix: 'debian',
    settings: { log_connections: 'authorization' },
    hostsAreUnlogged: true,
  },
  {
    major: 18,
    formats: all,
    story: 'everyday',
    variant: 'setup',
    prefix: 'pgBadger',
    settings: { log_connections: 'receipt,authentication,authorization,setup_durations' },
  },
  ...['Asia/Kathmandu', 'America/Sao_Paulo', 'Europe/London', 'America/New_York'].map(
    (log_timezone): Recording => ({
      major: 16,
      formats: plain,
      story: 'everyday',
      variant: log_timezone.split('/')[1]!,
      settings: { log_timezone },
    }),
  ),
];

/** Languages of PostgreSQL; recorded once, with the server that speaks them. */
const languages: readonly Recording[] = [
  'de',
  'es',
  'fr',
  'it',
  'ja',
  'ka',
  'ko',
  'ru',
  'sv',
  'uk',
  'zh',
].flatMap((language, index): Recording[] => {
  const countries: Readonly<Record<string, string>> = {
    ja: 'JP',
    ka: 'GE',
    ko: 'KR',
    sv: 'SE',
    uk: 'UA',
    zh: 'CN',
  };
  const locale = `${language}_${countries[language] ?? language.toUpperCase()}.UTF-8`;
  const prefix = (['default', 'debian', 'rds', 'pgrxTests'] as const)[index % 4]!;
  return [
    { major: 15, formats: all, story: 'lively', variant: language, locale, prefix },
    { major: 15, formats: plain, story: 'fastRestart', variant: language, locale, prefix },
  ];
});

export const recordings: readonly Recording[] = [...versions, ...accidents, ...settings, ...languages];

/** What the run is called, and with a format its folder in test/fixtures. */
export function recordingName({ major, story, variant }: Recording, format = '*'): string {
  return [major, format, story, variant].filter((part) => part !== undefined).join('-');
}
