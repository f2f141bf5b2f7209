import { endedSessions } from './endedSessions.ts';
import { loadErrors, panics } from './extensionFailures.ts';
import { failedStarts } from './failedStarts.ts';
import { failedLogins } from './failedLogins.ts';
import { type Abilities, failureHba } from './failureCast.ts';
import type { FailureLedger } from './failureLedger.ts';
import { serverStates } from './serverStates.ts';

const trust = (): Promise<readonly string[]> =>
  Promise.resolve(['local all all trust', 'host all,replication all 127.0.0.1/32 trust']);

/** What fails on a server, and what the server must be like for that. */
export interface FailureStory {
  readonly settings?: Readonly<Record<string, string>>;
  /** Without the collector: what the server says before the collector runs is in the log. */
  readonly toFile?: true;
  readonly hba: (abilities: Abilities) => Promise<readonly string[]>;
  readonly play: (ledger: FailureLedger, abilities: Abilities) => Promise<void>;
}

export const failureStories = {
  failedLogins: {
    settings: { max_connections: '8', superuser_reserved_connections: '2', max_wal_senders: '1' },
    hba: failureHba,
    play: failedLogins,
  },
  endedSessions: { hba: trust, play: endedSessions },
  serverStates: { hba: trust, play: serverStates },
  failedStarts: { toFile: true, hba: trust, play: failedStarts },
  loadErrors: { hba: trust, play: loadErrors },
  panics: { hba: trust, play: panics },
} satisfies Record<string, FailureStory>;

export type FailureStoryName = keyof typeof failureStories;
