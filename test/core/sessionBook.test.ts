import assert from 'node:assert/strict';
import { LogState } from '../../src/core/session/logState.ts';
import { entriesOf, folded, told } from './folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  received,
  says,
  type Client,
  type Printed,
} from './serverLog.ts';

const client = (pid: number, user = 'app', startedAt = dayAt): Client => ({
  pid,
  user,
  database: 'shop',
  host: '10.0.0.7',
  port: 5000 + pid,
  app: 'web',
  startedAt,
});
const bob = client(7, 'bob');
const al = client(8, 'al');
const at = (ms: number): number => dayAt + ms;

const starting = background(1, dayAt - 100, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu', {
  backendType: 'postmaster',
});
const wasShutDown = background(2, dayAt - 90, 'database system was shut down at 2026-11-20 09:57:00 UTC', {
  backendType: 'startup',
});
const ready = (ms: number, pid = 1): Printed =>
  background(pid, at(ms), 'database system is ready to accept connections', { backendType: 'postmaster' });
const begin = [starting, wasShutDown, ready(-80)];
const postmaster = (ms: number, message: string, more: Partial<Printed> = {}): Printed =>
  background(1, at(ms), message, { backendType: 'postmaster', ...more });
const login = (who: Client, ms: number): Printed[] => [received(who, at(ms)), authorized(who, at(ms + 1))];
const leave = (who: Client, ms: number, timeMs = ms): Printed => disconnected(who, at(ms), timeMs);
const fatal = (who: Client, ms: number, message: string, more: Partial<Printed> = {}): Printed =>
  says(who, at(ms), 'FATAL', message, more);

const terminated = (who: Client, ms: number): Printed =>
  fatal(who, ms, 'terminating connection due to administrator command', { sqlState: '57P01' });
/** A postmaster that finds another one running in its directory. */
const lockedOut = (pid: number, ms: number, otherPid: number): Printed =>
  background(pid, at(ms), 'lock file "postmaster.pid" already exists', {
    severity: 'FATAL',
    sqlState: 'F0001',
    hint: `Is another postmaster (PID ${otherPid}) running in data directory "/d"?`,
    backendType: 'postmaster',
  });
/** A parallel worker that is told to go. */
const workerTerminated = (ms: number, more: Partial<Printed> = {}): Printed =>
  background(33, at(ms), 'terminating connection due to administrator command', {
    severity: 'FATAL',
    sqlState: '57P01',
    backendType: 'parallel worker',
    ...more,
  });

/** Formats that tell sessions apart by pid only, by pid and names, by session id. */
const formats: readonly (readonly [string, (records: readonly Printed[]) => string])[] = [
  ['stderr', (records) => printStderr('%m [%p] ', records)],
  ['stderr with names', (records) => printStderr('%m [%p] %q%u@%d ', records)],
  ['stderr with session ids', (records) => printStderr('%m [%p] [%c] ', records)],
  ['stderr without zone-dependent time', (records) => printStderr('%n %p %q%u/%d ', records)],
  ['csv', printCsv],
  ['json', printJson],
];

interface Story {
  readonly name: string;
  readonly log: readonly Printed[];
  readonly tells: readonly string[];
  /** Sessions that are open at the end, by user. */
  readonly open?: readonly string[];
  /** Formats that cannot tell this. */
  readonly except?: readonly string[];
}

const connectBob = 'connect bob@shop';
const stories: readonly Story[] = [
  {
    name: 'a stay is a connect and a disconnect',
    log: [...begin, ...login(bob, 0), leave(bob, 500)],
    tells: ['restart', connectBob, 'disconnect bob@shop'],
  },
  {
    name: 'an authorized session at the end of the log is connected',
    log: [...begin, ...login(bob, 0)],
    tells: ['restart', connectBob],
    open: ['bob'],
  },
  {
    name: 'a connect is told before what happens after it',
    log: [...begin, ...login(bob, 0), ...login(al, 5), leave(al, 9, 4), leave(bob, 500)],
    tells: ['restart', connectBob, 'connect al@shop', 'disconnect al@shop', 'disconnect bob@shop'],
  },
  {
    name: 'a disconnection of a session older than the log is a disconnect',
    log: [leave(bob, 500, 3_600_000), ...login(al, 600)],
    tells: ['disconnect bob@shop (older)', 'connect al@shop'],
    open: ['al'],
  },
  {
    name: 'a wrong password is a failure',
    log: [
      ...begin,
      received(bob, at(0)),
      fatal(bob, 1, 'password authentication failed for user "bob"', { sqlState: '28P01' }),
    ],
    tells: ['restart', 'failure bob@'],
    except: ['stderr with names', 'stderr without zone-dependent time', 'csv', 'json'],
  },
  ...[
    'database "nope" does not exist',
    'role "nobody" does not exist',
    'sorry, too many clients already',
    'my extension gives up',
  ].map((message) => ({
    name: `a FATAL of a statement ends its session, whatever it says: ${message}`,
    log: [...begin, ...login(bob, 0), fatal(bob, 2, message, { statement: 'SELECT f()' }), leave(bob, 3)],
    tells: ['restart', connectBob, 'ending bob@shop', 'disconnect bob@shop'],
  })),
  {
    name: 'a FATAL in mid-session and its disconnection are one end, with an ending',
    log: [...begin, ...login(bob, 0), terminated(bob, 500), leave(bob, 501)],
    tells: ['restart', connectBob, 'ending bob@shop', 'disconnect bob@shop'],
  },
  {
    name: 'a FATAL in mid-session without a disconnection is an ending and a loss',
    log: [...begin, ...login(bob, 0), terminated(bob, 500), postmaster(20_000, 'checkpoint')],
    tells: ['restart', connectBob, 'ending bob@shop', 'lost bob@shop'],
  },
  {
    name: 'an unknown FATAL right after authorization, with a disconnection, ended a session',
    log: [
      ...begin,
      ...login(bob, 0),
      fatal(bob, 2, 'my extension says no', { sqlState: 'XX000', ps: 'idle' }),
      leave(bob, 3),
    ],
    tells: ['restart', connectBob, 'ending bob@shop', 'disconnect bob@shop'],
  },
  {
    name: 'an unknown FATAL right after authorization, alone, refused a login',
    log: [
      ...begin,
      ...login(bob, 0),
      fatal(bob, 2, 'my extension says no', { sqlState: 'XX000', ps: 'startup' }),
      ...login(al, 20_000),
    ],
    tells: ['restart', 'failure bob@shop', 'connect al@shop'],
    open: ['al'],
  },
  {
    name: 'a pid that comes back as another session ended the first, unseen',
    log: [...begin, ...login(bob, 0), ...login(client(7, 'al', at(5000)), 5000)],
    tells: ['restart', connectBob, 'lost bob@shop', 'connect al@shop'],
    open: ['al'],
  },
  {
    name: 'a crash ends every session, and the recovery is one restart',
    log: [
      ...begin,
      ...login(bob, 0),
      ...login(al, 10),
      postmaster(600, 'server process (PID 7) was terminated by signal 9: Killed', {
        detail: 'Failed process was running: select',
      }),
      postmaster(601, 'terminating any other active server processes'),
      postmaster(602, 'all server processes terminated; reinitializing'),
      background(9, at(603), 'database system was interrupted; last known up at 2026-11-20 09:57:00 UTC'),
      background(9, at(604), 'database system was not properly shut down; automatic recovery in progress'),
      ready(700),
      ...login(client(11, 'eve'), 800),
    ],
    tells: [
      'restart',
      connectBob,
      'connect al@shop',
      'lost bob@shop',
      'problem',
      'lost al@shop',
      'restart',
      'connect eve@shop',
    ],
    open: ['eve'],
  },
  {
    name: 'a crash whose end the log does not have ends every session too',
    log: [
      ...begin,
      ...login(bob, 0),
      ...login(al, 10),
      postmaster(600, 'server process (PID 7) was terminated by signal 9: Killed'),
      postmaster(601, 'terminating any other active server processes'),
      // one that was on its way out
      leave(al, 602, 592),
    ],
    tells: [
      'restart',
      connectBob,
      'connect al@shop',
      'lost bob@shop',
      'problem',
      'lost al@shop',
      'takenBack al@shop',
      'disconnect al@shop',
    ],
  },
  {
    name: 'a clock that is set back changes nothing',
    log: [
      ...begin,
      ...login(bob, 0),
      postmaster(3_600_000, 'received SIGHUP, reloading configuration files'),
      ...login(al, 100),
      fatal(al, 103, 'my extension says no', { sqlState: 'XX000', ps: 'startup' }),
      ...login(client(11, 'eve', at(200)), 200),
      leave(client(11, 'eve', at(200)), 300, 100),
      leave(bob, 400),
    ],
    tells: [
      'restart',
      connectBob,
      'failure al@shop',
      'connect eve@shop',
      'disconnect eve@shop',
      'disconnect bob@shop',
    ],
  },
  {
    name: 'a time zone that changes during a session changes nothing',
    log: [...begin, ...login(bob, 0), leave(bob, 5.5 * 3_600_000 + 500, 500)],
    tells: ['restart', connectBob, 'disconnect bob@shop'],
  },
  {
    name: 'an end whose session began later is another session’s of that pid',
    log: [...begin, ...login(bob, 0), { ...leave(bob, 3_000_000, 500), startedAt: at(2_999_500) }],
    tells: ['restart', connectBob, 'lost bob@shop', 'disconnect bob@shop (older)'],
    except: ['stderr with session ids', 'csv', 'json'],
  },
  {
    name: 'a clock that is set forward during a session changes nothing where sessions have an id',
    log: [...begin, ...login(bob, 0), leave(bob, 7_200_000, 500)],
    tells: ['restart', connectBob, 'disconnect bob@shop'],
    except: ['stderr', 'stderr with names', 'stderr without zone-dependent time'],
  },
  {
    name: 'a crash in 18 is the same',
    log: [
      ...begin,
      ...login(bob, 0),
      postmaster(600, 'client backend (PID 7) was terminated by signal 11: Segmentation fault'),
      postmaster(602, 'all server processes terminated; reinitializing'),
    ],
    tells: ['restart', connectBob, 'lost bob@shop', 'problem', 'restart'],
  },
  {
    name: 'an immediate stop ends every session',
    log: [
      ...begin,
      ...login(bob, 0),
      postmaster(500, 'received immediate shutdown request'),
      postmaster(501, 'database system is shut down'),
    ],
    tells: ['restart', connectBob, 'lost bob@shop'],
  },
  {
    name: 'a fast stop ends each with its reason',
    log: [
      ...begin,
      ...login(bob, 0),
      postmaster(500, 'received fast shutdown request'),
      terminated(bob, 501),
      leave(bob, 502),
      background(3, at(503), 'shutting down'),
      postmaster(504, 'database system is shut down'),
      { ...starting, at: at(900) },
      { ...wasShutDown, at: at(901) },
      ready(905),
    ],
    tells: ['restart', connectBob, 'ending bob@shop', 'disconnect bob@shop', 'restart'],
  },
  {
    name: 'a start without a stop before it ends every session, once, before 12 too',
    log: [
      ...[wasShutDown, ready(-80)],
      ...login(bob, 0),
      background(22, at(900), 'database system was interrupted; last known up at 2026-11-20 09:57:00 UTC'),
      background(22, at(901), 'database system was not properly shut down; automatic recovery in progress'),
      ready(902, 21),
      ...login(al, 910),
    ],
    tells: ['restart', connectBob, 'lost bob@shop', 'restart', 'connect al@shop'],
    open: ['al'],
  },
  {
    name: 'the stop of a server that had come back ends every session, before 12 too',
    log: [
      wasShutDown,
      ready(-80),
      { ...wasShutDown, at: at(-50) },
      ready(-40, 21),
      ...login(bob, 0),
      background(21, at(900), 'database system is shut down'),
    ],
    tells: ['restart', 'restart', connectBob, 'lost bob@shop'],
  },
  {
    name: 'a promotion keeps the sessions',
    log: [
      ...begin,
      ...login(bob, 0),
      background(2, at(500), 'received promote request'),
      background(2, at(501), 'archive recovery complete'),
      ready(502),
      leave(bob, 600),
    ],
    tells: ['restart', connectBob, 'disconnect bob@shop'],
  },
  {
    name: 'a second start that fails keeps the sessions',
    log: [
      ...begin,
      ...login(bob, 0),
      lockedOut(40, 500, 1),
      background(40, at(501), 'database system is shut down', { backendType: 'postmaster' }),
    ],
    tells: ['restart', connectBob, 'problem'],
    open: ['bob'],
  },
  {
    name: 'a start that failed is none of the server’s that has its pid later',
    log: [lockedOut(1, -200, 9), ...begin, ...login(bob, 0), postmaster(500, 'database system is shut down')],
    tells: ['problem', 'restart', connectBob, 'lost bob@shop'],
  },
  {
    name: 'a second start that fails for its port keeps the sessions',
    log: [
      ...begin,
      ...login(bob, 0),
      background(40, at(500), 'could not create any TCP/IP sockets', {
        severity: 'FATAL',
        sqlState: 'XX000',
        backendType: 'postmaster',
      }),
      background(40, at(501), 'database system is shut down', { backendType: 'postmaster' }),
    ],
    tells: ['restart', connectBob, 'problem'],
    open: ['bob'],
    except: ['stderr', 'stderr with session ids'],
  },
  {
    name: 'a disconnection after a refused login, as up to 14 for a missing library, is none',
    log: [
      ...begin,
      ...login(bob, 0),
      fatal(bob, 2, 'could not access file "$libdir/plugins/x": No such file or directory', {
        sqlState: '58P01',
        ps: 'startup',
      }),
      leave(bob, 3, 2),
      ...login(al, 20_000),
    ],
    tells: ['restart', 'failure bob@shop', 'connect al@shop'],
    open: ['al'],
  },
  {
    name: 'a disconnection that comes after its session was lost is one disconnect, and no loss',
    log: [
      ...begin,
      ...login(bob, 0),
      postmaster(500, 'received immediate shutdown request'),
      leave(bob, 501),
    ],
    tells: ['restart', connectBob, 'lost bob@shop', 'takenBack bob@shop', 'disconnect bob@shop'],
  },
  {
    name: 'a worker that is told to go, up to 13 with a session’s words, is nothing',
    log: [
      ...begin,
      ...login(bob, 0),
      workerTerminated(500, { statement: 'select' }),
      ...login(al, 20_000),
      leave(bob, 20_100),
      leave(al, 20_200, 200),
    ],
    tells: ['restart', connectBob, 'connect al@shop', 'disconnect bob@shop', 'disconnect al@shop'],
  },
  {
    name: 'a worker that is told to go in a log that begins later is nothing where sessions’ ends are logged',
    log: [...login(bob, 0), leave(bob, 400, 400), workerTerminated(500), ...login(al, 20_000)],
    tells: [connectBob, 'disconnect bob@shop', 'connect al@shop'],
    open: ['al'],
  },
  {
    name: 'a walreceiver that is refused is a problem, and no failed login',
    log: [
      ...begin,
      ...login(bob, 0),
      background(
        33,
        at(500),
        'could not connect to the primary server: connection to server at "10.0.0.1", port 5432 failed: FATAL:  password authentication failed for user "repl"',
        { severity: 'FATAL', sqlState: '08006', backendType: 'walreceiver' },
      ),
      ...login(al, 20_000),
    ],
    tells: ['restart', connectBob, 'problem', 'connect al@shop'],
    open: ['bob', 'al'],
  },
  {
    name: 'a library that does not load is a problem, and the session stays',
    log: [
      ...begin,
      ...login(bob, 0),
      says(bob, at(300), 'ERROR', 'could not load library "/x.so": /x.so: undefined symbol: y', {
        sqlState: 'XX000',
        statement: 'create extension x',
      }),
    ],
    tells: ['restart', connectBob, 'problem'],
    open: ['bob'],
  },
  {
    name: 'a PANIC is a problem',
    log: [
      ...begin,
      ...login(bob, 0),
      says(bob, at(300), 'PANIC', 'could not write to file: No space left on device', { sqlState: '53100' }),
    ],
    tells: ['restart', connectBob, 'problem'],
    open: ['bob'],
  },
  {
    name: 'a login that is only received is nothing',
    log: [
      ...begin,
      received(bob, at(0)),
      received(al, at(1)),
      says(al, at(2), 'LOG', 'could not receive data from client: Connection reset by peer', {
        sqlState: '08006',
      }),
    ],
    tells: ['restart'],
  },
  {
    name: 'an error that a session survives is nothing',
    log: [
      ...begin,
      ...login(bob, 0),
      says(bob, at(2), 'ERROR', 'canceling statement due to user request', {
        sqlState: '57014',
        statement: 'FATAL:  x',
      }),
      says(bob, at(3), 'WARNING', 'PANIC: no'),
      leave(bob, 500),
    ],
    tells: ['restart', connectBob, 'disconnect bob@shop'],
  },
  {
    name: 'a walsender counts apart',
    log: [
      ...begin,
      { ...received(bob, at(0)), backendType: 'not initialized' },
      {
        ...authorized(bob, at(1)),
        message: 'replication connection authorized: user=bob application_name=stb1',
        backendType: 'walsender',
      },
      {
        ...leave(bob, 500),
        message: 'disconnection: session time: 0:00:00.500 user=bob database= host=10.0.0.7 port=5007',
        backendType: 'walsender',
      },
    ],
    tells: ['restart', 'connect of walsender bob@', 'disconnect of walsender bob@'],
  },
  {
    name: 'only `connection ready` (18) is enough',
    log: [
      ...begin,
      says(
        bob,
        at(2),
        'LOG',
        'connection ready: setup total=2.700 ms, fork=0.570 ms, authentication=0.243 ms',
      ),
      leave(bob, 500),
    ],
    tells: ['restart', connectBob, 'disconnect bob@shop'],
    except: ['stderr', 'stderr with session ids'],
  },
  {
    name: 'receipt and authentication alone (18) are no connect, but what leaves was there',
    log: [
      ...begin,
      received(bob, at(0)),
      says(
        bob,
        at(2),
        'LOG',
        'connection authenticated: identity="bob" method=scram-sha-256 (/etc/pg_hba.conf:4)',
      ),
      leave(bob, 500),
    ],
    tells: ['restart', 'disconnect bob@shop (older)'],
  },
];

describe('the book of sessions', () => {
  for (const { name, log, tells, open = [], except = [] } of stories) {
    for (const [format, print] of formats) {
      if (except.includes(format)) continue;
      it(`${name} (${format})`, () => {
        const fold = folded(print(log));
        assert.deepEqual(told(fold), tells);
        assert.deepEqual(
          [...fold.state.book.sessions()].map(({ user }) => user),
          open,
        );
        assert.equal(fold.log.understanding.skipped, 0);
      });
    }
  }

  const refusals: readonly (readonly [string, string])[] = [
    ['role "bob" does not exist', '28000'],
    ['role "bob" is not permitted to log in', '28000'],
    ['database "shop" does not exist', '3D000'],
    ['database "shop" is not currently accepting connections', '55000'],
    ['cannot connect to invalid database "shop"', '55000'],
    ['permission denied for database "shop"', '42501'],
    ['too many connections for role "bob"', '53300'],
    ['too many connections for database "shop"', '53300'],
    ['remaining connection slots are reserved for non-replication superuser connections', '53300'],
    [
      'remaining connection slots are reserved for roles with privileges of the "pg_use_reserved_connections" role',
      '53300',
    ],
    ['remaining connection slots are reserved for roles with the SUPERUSER attribute', '53300'],
    ['must be superuser or replication role to start walsender', '42501'],
    ['permission denied to start WAL sender', '42501'],
    ['unrecognized configuration parameter "x"', '42704'],
    ['permission denied to set parameter "x"', '42501'],
    ['could not access file "x": No such file or directory', '58P01'],
    ['must be superuser to connect in binary upgrade mode', '42501'],
    ['number of requested standby connections exceeds max_wal_senders (currently 10)', '53300'],
  ];
  for (const [message, sqlState] of refusals) {
    for (const [format, print] of formats) {
      it(`takes "${message}" after authorization for a failure, never a connect (${format})`, () => {
        const refused = [
          ...login(bob, 0),
          fatal(bob, 2, message, { sqlState, ps: 'startup' }),
          ...login(al, 5),
          leave(al, 900),
        ];
        const fold = folded(print([...begin, ...refused]));
        assert.deepEqual(told(fold), [
          'restart',
          'failure bob@shop',
          'connect al@shop',
          'disconnect al@shop',
        ]);
        assert.deepEqual(fold.state.seen.totals, {
          connects: 1,
          disconnects: 1,
          lost: 0,
          failures: 1,
          endings: 0,
          problems: 0,
          replicationConnects: 0,
        });
        // A slow one: silence had proved it.
        const slow = folded(
          print([
            ...begin,
            ...login(bob, 0),
            ...login(al, 20_000),
            fatal(bob, 20_001, message, { sqlState, ps: 'startup' }),
          ]),
        );
        const { connects, failures } = slow.state.seen.totals;
        assert.deepEqual({ connects, failures }, { connects: 1, failures: 1 });
      });
    }
  }

  const names = [
    'a b',
    'x=y',
    'x database=y',
    'müller',
    "o'c",
    'two\nlines',
    'two\r\nlines',
    'LOG:  connection authorized: user=evil',
    '@ LOG:  connection authorized: user=evil database=z',
    'a@b',
  ];
  // Enough of them, so that the hostile ones do not decide what the prefix is.
  const stays = Array.from({ length: 40 }, (_, index) => client(20 + index)).flatMap((who) => [
    ...login(who, 0),
    leave(who, 9),
  ]);
  for (const name of names) {
    for (const [format, print] of formats) {
      it(`counts one stay of ${JSON.stringify(name)} and one failure (${format})`, () => {
        const odd = client(7, name);
        const refused = client(9, name);
        const message = `password authentication failed for user "${name}"`;
        const hostile = [
          ...login(odd, 100),
          leave(odd, 500),
          received(refused, at(600)),
          fatal(refused, 601, message, { sqlState: '28P01' }),
        ];
        const kinds = told(folded(print([...begin, ...stays, ...hostile]))).map((text) =>
          text.replace(/ .*/s, ''),
        );
        assert.deepEqual(kinds.slice(81), ['connect', 'disconnect', 'failure']);
      });
    }
  }
});

describe('a session whose log begins to be written otherwise', () => {
  const other = client(9, 'al', at(50));
  const before = [
    ...begin,
    ...login(bob, 0),
    ...login(other, 50),
    received(client(10, 'eve', at(60)), at(60)),
  ];
  const after = [
    authorized(client(10, 'eve', at(60)), at(70)),
    leave(other, 5000, 4950),
    terminated(bob, 6000),
    leave(bob, 6001),
  ];
  const prefixes = ['%m [%p] ', '[%m] [%p] [%c]: ', '%m [%p] %s ', '%t [%p]: [%l-1] user=%u,db=%d '];
  for (const from of prefixes) {
    for (const to of prefixes.filter((prefix) => prefix !== from)) {
      it(`stays one session: from "${from}" to "${to}"`, () => {
        const fold = folded(printStderr(from, before) + printStderr(to, after));
        assert.deepEqual(told(fold).slice(1), [
          'connect bob@shop',
          'connect al@shop',
          'connect eve@shop',
          'disconnect al@shop',
          'ending bob@shop',
          'disconnect bob@shop',
        ]);
        const [eve] = fold.state.book.sessions();
        assert.equal(eve?.remotePort, 5010);
      });
    }
  }

  it('is another where the pid came back', () => {
    const later = client(9, 'al', at(90_000));
    const log = printStderr('%m [%p] ', before) + printStderr('[%m] [%p] [%c]: ', login(later, 90_000));
    assert.deepEqual(told(folded(log)).slice(-2), ['lost al@shop', 'connect al@shop']);
  });
});

describe('a pending connect', () => {
  /** Books the entries of a log, all of which arrived at one time. */
  function booked(state: LogState, records: readonly Printed[], arrivedAt: number): LogState {
    for (const { entry, offset } of entriesOf(printJson(records)).entries)
      state.apply({ entry, place: { fileNumber: 1, offsetBytes: offset }, arrivedAt });
    return state;
  }
  const kinds = (state: LogState): string[] => [...state.newestEvents()].map(({ kind }) => kind).reverse();
  const open = (state: LogState): number => [...state.book.sessions()].length;

  it('is not told, and nobody is active, until 100 ms of silence', () => {
    const state = booked(new LogState(100), login(bob, 0), 1000);
    assert.deepEqual([kinds(state), open(state), state.book.undecidedSince], [[], 0, 1000]);
    state.book.settle(999);
    assert.deepEqual([kinds(state), open(state)], [[], 0]);
    state.book.settle(1000);
    assert.deepEqual([kinds(state), open(state), state.book.undecidedSince], [['connect'], 1, undefined]);
  });

  it('is told at once by the session’s next entry', () => {
    const state = booked(new LogState(100), [...login(bob, 0), terminated(bob, 1)], 1000);
    assert.deepEqual(kinds(state), ['connect', 'ending']);
    booked(state, [leave(bob, 500)], 1000);
    assert.deepEqual(kinds(state), ['connect', 'ending', 'disconnect']);
  });

  it('is told by `connection ready` of 18', () => {
    const state = booked(
      new LogState(100),
      [
        ...login(bob, 0),
        says(
          bob,
          at(2),
          'LOG',
          'connection ready: setup total=2.700 ms, fork=0.570 ms, authentication=0.243 ms',
        ),
      ],
      1000,
    );
    assert.deepEqual([kinds(state), open(state)], [['connect'], 1]);
    const [session] = state.book.sessions();
    assert.deepEqual(
      [session?.setupTotalMs, session?.setupForkMs, session?.setupAuthenticationMs],
      [2.7, 0.57, 0.243],
    );
  });

  it('is told when another’s line is more than ten seconds younger', () => {
    const state = booked(new LogState(100), login(bob, 0), 1000);
    booked(state, login(al, 10_000), 1000);
    assert.deepEqual(kinds(state), []);
    booked(state, login(client(12), 10_002), 1000);
    assert.deepEqual(kinds(state), ['connect']);
  });

  it('that turns out refused after it was told is taken back', () => {
    const state = booked(new LogState(100), login(bob, 0), 1000);
    state.book.settle(1000);
    booked(state, [fatal(bob, 300, 'role "bob" does not exist', { sqlState: '28000', ps: 'startup' })], 1300);
    assert.deepEqual([kinds(state), open(state)], [['connect', 'takenBack', 'failure'], 0]);
    assert.deepEqual([state.seen.totals.connects, state.seen.totals.failures], [0, 1]);
  });

  it('holds back what follows it, in the order of the log, and not for ever', () => {
    const state = booked(
      new LogState(20_000),
      [...login(bob, 0), ...Array.from({ length: 5000 }, (_, index) => login(client(100 + index), 1)).flat()],
      1000,
    );
    assert.ok(kinds(state).length > 800);
    state.book.settle(1000);
    assert.deepEqual([kinds(state).length, open(state)], [5001, 5001]);
  });
});

describe('a disconnection after trouble with its client', () => {
  const troubles: readonly (readonly [message: string, sqlState: string, trouble: string])[] = [
    ['could not receive data from client: Connection reset by peer', '08006', 'connectionLost'],
    ['could not send data to client: Broken pipe', '08006', 'connectionLost'],
    ['unexpected EOF on client connection with an open transaction', '08006', 'connectionLost'],
    ['unexpected EOF within message length word', '08P01', 'protocolViolation'],
    ['incomplete message from client', '08P01', 'protocolViolation'],
    ['invalid message length', '08P01', 'protocolViolation'],
  ];
  for (const [message, sqlState, trouble] of troubles)
    for (const [format, print] of formats)
      it(`says so after ${JSON.stringify(message)} in ${format}, and is no failure`, () => {
        const gone = says(bob, at(500), 'LOG', message, { sqlState });
        const { state } = folded(print([...begin, ...login(bob, 0), ...login(al, 2), gone, leave(bob, 501)]));
        const [end] = [...state.newestEvents()].filter(({ kind }) => kind === 'disconnect');
        assert.equal(end?.clientTrouble, trouble);
        assert.deepEqual([...state.newestEvents()].map(({ kind }) => kind).sort(), [
          'connect',
          'connect',
          'disconnect',
          'restart',
        ]);
      });

  it('is not another one’s', () => {
    const gone = says(bob, at(500), 'LOG', 'invalid message length', { sqlState: '08P01' });
    const { state } = folded(printCsv([...begin, ...login(bob, 0), ...login(al, 2), gone, leave(al, 501)]));
    const [end] = [...state.newestEvents()].filter(({ kind }) => kind === 'disconnect');
    assert.equal(end?.clientTrouble, undefined);
  });

  it('counts nothing where a client went before it was let in', () => {
    const gone = says(bob, at(5), 'LOG', 'could not receive data from client: Connection reset by peer');
    const { state } = folded(printStderr('%m [%p] ', [...begin, received(bob, at(0)), gone]));
    assert.deepEqual(
      [...state.newestEvents()].map(({ kind }) => kind),
      ['restart'],
    );
  });
});
