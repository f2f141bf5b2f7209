import type { LogReport } from '../../src/core/report/logReport.ts';
import { sentence } from '../../src/core/sentence.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { noTotals } from '../../src/core/session/tally.ts';
import type { FeedRow } from '../../src/core/snapshot/dashboard.ts';
import type { SessionRow } from '../../src/core/snapshot/openSessions.ts';
import type { Trouble } from '../../src/core/snapshot/troubleLists.ts';

/** An instant of the sample's day in UTC: `at('14:30:15')`, also `at('14:30:15.250')`. */
export function at(time: string): number {
  return Date.parse(`2025-12-17T${time.length === 5 ? `${time}:00` : time}Z`);
}

/** An open session of the sample. */
export function session(pid: number, parts: Partial<SessionRow> = {}): SessionRow {
  return {
    key: String(pid),
    pid,
    user: 'postgres',
    database: 'mydb',
    remoteHost: '[local]',
    connectedAt: at('14:10:00') + pid,
    replication: false,
    beforeClear: false,
    ...parts,
  };
}

/** A refused login of bob at the shop. */
export function trouble(id: number, parts: Partial<Trouble> = {}): Trouble {
  return {
    id,
    category: 'failure',
    kind: 'password',
    severity: 'FATAL',
    at: at('14:31:02'),
    pid: 4130,
    sqlState: '28P01',
    message: 'password authentication failed for user "bob"',
    user: 'bob',
    database: 'shop',
    remoteHost: '10.0.0.7',
    file: '/var/log/postgresql/15.log',
    offsetBytes: 1234,
    ...parts,
  };
}

/** What a log that tells nothing is reported as. */
export const emptyReport: LogReport = {
  files: ['/tmp/empty.log'],
  bytes: 0,
  skipped: 0,
  activeIs: 'unknown',
  active: 0,
  activeReplication: 0,
  sessions: [],
  totals: noTotals(),
  failures: [],
  endings: [],
  problems: [],
  groups: { database: [], user: [], application: [], host: [] },
  history: {
    bucketMinutes: 15,
    startAt: [],
    connects: [],
    disconnects: [],
    lost: [],
    failures: [],
    maxActive: [],
    active: [],
  },
  warnings: [],
  filter: noFilter,
  now: at('15:00'),
};

/** The log of the quickstart: five sessions, and an hour's history. */
export const quickstart: LogReport = {
  ...emptyReport,
  files: ['/var/log/postgresql/15.log'],
  format: 'stderr',
  logLinePrefix: '%m [%p] ',
  serverVersion: '15.4',
  fromAt: at('14:00:03'),
  toAt: at('14:59:58.250'),
  bytes: 52_000,
  skipped: 1,
  activeIs: 'exact',
  active: 5,
  sessions: [
    session(1, { applicationName: 'psql', sessionId: '6942b1a8.1', remotePort: 50432 }),
    session(2, { applicationName: 'psql', applicationLatest: 'pgbench' }),
    session(3, { applicationName: 'psql', user: 'app_user' }),
    session(4, { database: 'postgres', connectedAt: undefined }),
    session(5, { database: 'postgres' }),
  ],
  totals: {
    connects: 45,
    disconnects: 40,
    lost: 0,
    failures: 1,
    endings: 0,
    problems: 0,
    replicationConnects: 0,
  },
  failures: [trouble(17)],
  groups: {
    database: [
      { name: 'mydb', count: 3 },
      { name: 'postgres', count: 2 },
    ],
    user: [
      { name: 'postgres', count: 4 },
      { name: 'app_user', count: 1 },
    ],
    application: [
      { name: 'psql', count: 3 },
      { name: undefined, count: 2 },
    ],
    host: [{ name: '[local]', count: 5 }],
  },
  history: {
    bucketMinutes: 15,
    startAt: [at('14:00'), at('14:15'), at('14:30'), at('14:45')],
    connects: [13, 11, 11, 10],
    disconnects: [10, 10, 10, 10],
    lost: [0, 0, 0, 0],
    failures: [0, 0, 0, 0],
    maxActive: [4, 5, 6, 5],
    active: [3, 4, 5, 5],
  },
  warnings: [
    sentence('The zone “{0}” is ambiguous: read as the machine’s; set timeZone to say which.', 'CST'),
  ],
};

/** A connect of psql by postgres to mydb. */
export const came: FeedRow = {
  id: 1,
  sign: '+',
  at: at('14:30:15'),
  user: 'postgres',
  database: 'mydb',
  applicationName: 'psql',
  remoteHost: '[local]',
  pid: 4121,
};

/** Its end, three seconds later. */
export const left: FeedRow = { ...came, id: 2, sign: '-', at: at('14:30:18'), sessionTimeMs: 3200 };

/** A login that was refused. */
export const refused: FeedRow = {
  id: 3,
  sign: '!',
  at: at('14:31:02'),
  user: 'bob',
  database: 'shop',
  remoteHost: '10.0.0.7',
  pid: 4130,
  sqlState: '28P01',
  message: 'password authentication failed for user "bob"',
};

/** Text that tries to break the line, colour the terminal and reverse what follows. */
export const hostile = 'a\nb\u001b[31m\u202ec\u009b';
