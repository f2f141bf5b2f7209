import type { LogFormat } from '../servers.ts';
import type { prefixes, StoryName } from './stories.ts';

/** One fixture: a story, on a server of a version, in a format. */
export interface Recording {
  readonly major: number;
  readonly format: LogFormat;
  readonly story: StoryName;
  /** stderr only. */
  readonly prefix?: keyof typeof prefixes;
  /** Without the collector, as by `pg_ctl -l`; stderr only. */
  readonly toFile?: true;
  readonly settings?: Readonly<Record<string, string>>;
  /** The prefix cannot tell apart what the story's names mix up. */
  readonly namesAreAmbiguous?: true;
}

const allSteps = { log_connections: 'all' };

/** Every story, every format, every version and every prefix is in here, but not their product. */
export const recordings: readonly Recording[] = [
  { major: 12, format: 'stderr', story: 'lively' },
  { major: 12, format: 'csv', story: 'crash' },
  { major: 13, format: 'stderr', story: 'crash', prefix: 'debian', toFile: true },
  { major: 13, format: 'csv', story: 'immediateRestart' },
  { major: 14, format: 'stderr', story: 'lively', prefix: 'rds' },
  { major: 14, format: 'csv', story: 'refused' },
  { major: 15, format: 'stderr', story: 'lively', prefix: 'debian', toFile: true },
  { major: 15, format: 'csv', story: 'lively' },
  { major: 15, format: 'json', story: 'lively' },
  { major: 15, format: 'stderr', story: 'refused', prefix: 'pgrxTests' },
  { major: 15, format: 'csv', story: 'replication' },
  { major: 16, format: 'stderr', story: 'lively', toFile: true },
  { major: 16, format: 'csv', story: 'lively' },
  { major: 16, format: 'json', story: 'lively' },
  { major: 16, format: 'stderr', story: 'names', prefix: 'debian' },
  { major: 16, format: 'csv', story: 'names' },
  { major: 16, format: 'json', story: 'names' },
  { major: 16, format: 'stderr', story: 'crash' },
  { major: 16, format: 'stderr', story: 'options' },
  { major: 16, format: 'stderr', story: 'rotation' },
  { major: 16, format: 'csv', story: 'constantName' },
  { major: 17, format: 'stderr', story: 'fastRestart', prefix: 'rds' },
  { major: 17, format: 'json', story: 'refused' },
  { major: 18, format: 'stderr', story: 'lively', prefix: 'pgrxTests', settings: allSteps },
  { major: 18, format: 'csv', story: 'fastRestart' },
  { major: 18, format: 'json', story: 'immediateRestart' },
  { major: 18, format: 'stderr', story: 'names', toFile: true, namesAreAmbiguous: true },
  { major: 18, format: 'stderr', story: 'replication', settings: allSteps },
];

/** What its folder in test/fixtures is called. */
export function recordingName({ major, format, story }: Recording): string {
  return `${major}-${format}-${story}`;
}
