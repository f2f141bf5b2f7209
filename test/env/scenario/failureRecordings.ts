import type { LogFormat } from '../servers.ts';
import type { FailureStoryName } from './failureStories.ts';
import type { prefixes } from './stories.ts';

/** One run of a story of failures, recorded in several formats at once: one fixture each. 15 is Debian's. */
export interface FailureRecording {
  readonly major: number;
  readonly formats: readonly LogFormat[];
  readonly story: FailureStoryName;
  /** stderr only. */
  readonly prefix?: keyof typeof prefixes;
  readonly settings?: Readonly<Record<string, string>>;
  /** Tells it from other runs of the story. */
  readonly variant?: string;
}

const all: readonly LogFormat[] = ['stderr', 'csv', 'json'];

const versions = [12, 13, 14, 15, 16, 17, 18].flatMap((major): FailureRecording[] => {
  const formats = major >= 15 ? all : (['stderr', 'csv'] as const);
  return [
    { major, formats, story: 'failedLogins' },
    { major, formats, story: 'endedSessions' },
    { major, formats, story: 'serverStates' },
    { major, formats: ['stderr'], story: 'failedStarts' },
    { major, formats, story: 'loadErrors' },
  ];
});

export const failureRecordings: readonly FailureRecording[] = [
  ...versions,
  { major: 15, formats: all, story: 'panics' },
  {
    major: 15,
    formats: all,
    story: 'panics',
    variant: 'verbose',
    settings: { log_error_verbosity: 'verbose' },
  },
];

/** What its folder in test/fixtures is called. */
export function failureFixture(recording: FailureRecording, format: LogFormat | '*'): string {
  const { major, story, variant } = recording;
  return [major, format, story, variant].filter((part) => part !== undefined).join('-');
}
