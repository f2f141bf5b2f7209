import assert from 'node:assert/strict';
import {
  parseConnectionMessage,
  type ConnectionMessage,
} from '../../src/core/connection/connectionMessage.ts';
import { logMessageStarts } from '../../src/core/connection/messageStarts.ts';
import { english } from '../../src/core/connection/messageTexts.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';

type Names = Pick<LogEntry, 'user' | 'database' | 'hint' | 'applicationName'>;
type Sample = [message: string, expected: unknown, names?: Names];

const parse = (message: string, more: Partial<LogEntry> = {}): ConnectionMessage | undefined =>
  parseConnectionMessage({ severity: 'LOG', message, ...more });
/** Without what is undefined: absent and undefined mean the same. */
const plain = (message: ConnectionMessage | undefined): unknown =>
  message && JSON.parse(JSON.stringify(message));

const tls = 'protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256';
const login = (user: string, database: string, more = {}) => ({
  kind: 'authorized',
  user,
  database,
  ...more,
  replication: false,
});
const local = { remoteHost: '[local]' };
const left = (sessionTimeMs: number, user: string, database: string | undefined, remote: object) => ({
  kind: 'disconnection',
  sessionTimeMs,
  user,
  ...(database === undefined ? {} : { database }),
  ...remote,
});

/** The names that stand beside a sample. */
const arrivalNames = (message: string): Names => arrivals.find(([text]) => text === message)?.[2] ?? {};

const arrivals: Sample[] = [
  [
    'connection received: host=127.0.0.1 port=53614',
    { kind: 'received', remoteHost: '127.0.0.1', remotePort: 53614 },
  ],
  ['connection received: host=::1 port=55140', { kind: 'received', remoteHost: '::1', remotePort: 55140 }],
  [
    'connection received: host=localhost port=53614',
    { kind: 'received', remoteHost: 'localhost', remotePort: 53614 },
  ],
  ['connection received: host=[local]', { kind: 'received', ...local }],
  [
    'connection authenticated: identity="u_scram" method=scram-sha-256 (/data/pg_hba.conf:3)',
    { kind: 'authenticated', identity: 'u_scram', method: 'scram-sha-256', hbaRule: '/data/pg_hba.conf:3' },
  ],
  [
    'connection authenticated: identity="CN=someone else" method=cert (C:/Program Files (x86)/pg_hba.conf:8)',
    {
      kind: 'authenticated',
      identity: 'CN=someone else',
      method: 'cert',
      hbaRule: 'C:/Program Files (x86)/pg_hba.conf:8',
    },
  ],
  [
    'connection authenticated: user="postgres" method=trust (/d/pg_hba.conf:117)',
    { kind: 'authenticated', identity: 'postgres', method: 'trust', hbaRule: '/d/pg_hba.conf:117' },
  ],
  [
    'connection authenticated: identity="o"r" method=md5 (/d/pg_hba.conf:3)',
    { kind: 'authenticated', identity: 'o"r', method: 'md5', hbaRule: '/d/pg_hba.conf:3' },
  ],
  [
    'connection authenticated: identity="x" method=peer (/f:1)" method=md5 (/d/pg_hba.conf:3)',
    { kind: 'authenticated', identity: 'x" method=peer (/f:1)', method: 'md5', hbaRule: '/d/pg_hba.conf:3' },
  ],
  [
    'connection ready: setup total=2.700 ms, fork=0.570 ms, authentication=0.243 ms',
    { kind: 'ready', totalMs: 2.7, forkMs: 0.57, authenticationMs: 0.243 },
  ],
];

const authorizations: Sample[] = [
  ['connection authorized: user=app database=shop', login('app', 'shop')],
  [
    `connection authorized: user=u_ssl database=postgres application_name=psql SSL enabled (${tls})`,
    login('u_ssl', 'postgres', { applicationName: 'psql', tls }),
  ],
  [
    'connection authorized: user=u database=d SSL enabled (protocol=TLSv1.3, cipher=C, compression=off)',
    login('u', 'd', { tls: 'protocol=TLSv1.3, cipher=C, compression=off' }),
  ],
  [
    'connection authorized: user=u database=d SSL enabled (protocol=TLSv1.3, cipher=C, bits=256, compression=off)',
    login('u', 'd', { tls: 'protocol=TLSv1.3, cipher=C, bits=256, compression=off' }),
  ],
  [
    'connection authorized: user=alice database=d application_name=psql GSS (authenticated=yes, encrypted=yes, principal=alice@EX.LOCAL)',
    login('alice', 'd', {
      applicationName: 'psql',
      gss: 'authenticated=yes, encrypted=yes, principal=alice@EX.LOCAL',
    }),
  ],
  [
    'connection authorized: user=u database=d GSS (authenticated=no, encrypted=yes)',
    login('u', 'd', { gss: 'authenticated=no, encrypted=yes' }),
  ],
  [
    `connection authorized: user=u database=d SSL enabled (${tls}) GSS (authenticated=yes, encrypted=no, delegated_credentials=no, principal=p, q)`,
    login('u', 'd', {
      tls,
      gss: 'authenticated=yes, encrypted=no, delegated_credentials=no, principal=p, q',
    }),
  ],
  [
    'replication connection authorized: user=postgres application_name=stb1',
    { kind: 'authorized', user: 'postgres', applicationName: 'stb1', replication: true },
    { user: 'postgres', database: 'postgres' },
  ],
  [
    `replication connection authorized: user=rep SSL enabled (${tls})`,
    { kind: 'authorized', user: 'rep', tls, replication: true },
  ],
  [
    'replication connection authorized: user=a application_name=b application_name=walreceiver',
    { kind: 'authorized', user: 'a application_name=b', applicationName: 'walreceiver', replication: true },
    { user: 'a application_name=b' },
  ],
];

const oddNames: Sample[] = [
  [
    'connection authorized: user=a b database=my db application_name=psql',
    login('a b', 'my db', { applicationName: 'psql' }),
  ],
  ['connection authorized: user=x=y database=a=b', login('x=y', 'a=b')],
  [
    'connection authorized: user=x database=y database=postgres',
    login('x', 'y database=postgres', { namesAreGuessed: true }),
  ],
  [
    'connection authorized: user=x database=y database=postgres',
    login('x database=y', 'postgres'),
    { user: 'x database=y' },
  ],
  [
    'connection authorized: user=x database=y database=postgres application_name=psql',
    login('x database=y', 'postgres', { applicationName: 'psql' }),
    { database: 'postgres' },
  ],
  [
    'connection authorized: user=x database=postgres database=postgres',
    login('x database=postgres', 'postgres'),
    { database: 'postgres' },
  ],
  [
    'connection authorized: user=u database=d application_name=e application_name=psql',
    login('u', 'd application_name=e', { applicationName: 'psql' }),
    { user: 'u', database: 'd application_name=e' },
  ],
  [
    `connection authorized: user=u database=d SSL enabled (${tls})`,
    login('u', `d SSL enabled (${tls})`),
    { user: 'u', database: `d SSL enabled (${tls})` },
  ],
  [
    'connection authorized: user=u database=d application_name=psql database=evil application_name=x',
    login('u', 'd', { applicationName: 'psql database=evil application_name=x', namesAreGuessed: true }),
  ],
  [
    'connection authorized: user=u database=d application_name=My App v=1 SSL enabled (protocol=x)',
    login('u', 'd', { applicationName: 'My App v=1 SSL enabled (protocol=x)' }),
  ],
  [
    `connection authorized: user=u database=d application_name=My App SSL enabled (protocol=x) SSL enabled (${tls})`,
    login('u', 'd', { applicationName: 'My App SSL enabled (protocol=x)', tls }),
  ],
  ['connection authorized: user=a\nb database=c\nd', login('a\nb', 'c\nd'), { user: 'a\nb' }],
  [`connection authorized: user=o"r database=o'c`, login('o"r', "o'c")],
  ['connection authorized: user=müller database=二郎', login('müller', '二郎')],
  ['connection authorized: user=[unknown] database=[unknown]', login('[unknown]', '[unknown]')],
  [
    'connection authorized: user=u database=d application_name=psql',
    login('u', 'd', { applicationName: 'psql' }),
    { user: 'other', database: 'another', applicationName: '[unknown]' },
  ],
  [
    `connection authorized: user=${'n'.repeat(70)} database=d`,
    login('n'.repeat(70), 'd'),
    { user: 'n'.repeat(63), database: 'd' },
  ],
  [
    `connection authorized: user=u database=d application_name=${'a'.repeat(100)}`,
    login('u', 'd', { applicationName: 'a'.repeat(100) }),
    { applicationName: 'a'.repeat(63) },
  ],
];

const disconnections: Sample[] = [
  [
    'disconnection: session time: 0:00:03.240 user=app database=shop host=10.0.0.7 port=51234',
    left(3240, 'app', 'shop', { remoteHost: '10.0.0.7', remotePort: 51234 }),
  ],
  [
    'disconnection: session time: 27:14:05.120 user=app database=shop host=[local]',
    left(98_045_120, 'app', 'shop', local),
  ],
  [
    'disconnection: session time: 0:00:00.001 user=postgres database= host=127.0.0.1 port=53646',
    left(1, 'postgres', undefined, { remoteHost: '127.0.0.1', remotePort: 53646 }),
  ],
  [
    'disconnection: session time: 0:01:00.000 user=a b database=x host=y port=5 host=[local]',
    left(60_000, 'a b', 'x host=y port=5', local),
  ],
  [
    'disconnection: session time: 0:01:00.000 user=x database=y database=postgres host=::1 port=1',
    left(60_000, 'x database=y', 'postgres', { remoteHost: '::1', remotePort: 1 }),
    { database: 'postgres' },
  ],
  [
    'disconnection: session time: 0:01:00.000 user=x database=y database=postgres host=[local]',
    left(60_000, 'x', 'y database=postgres', local),
    { user: 'x' },
  ],
  [
    'disconnection: session time: 0:01:00.000 user=a\nb database=c host=[local]',
    left(60_000, 'a\nb', 'c', local),
  ],
];

const server = (what: string, more = {}) => ({ kind: 'server', what, ...more });
const ended = (processName: string, pid: number, how: object) =>
  server('processTerminated', { processName, pid, ...how });

const serverMessages: Sample[] = [
  [
    'starting PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc, 64-bit',
    server('starting', { serverVersion: '15.18' }),
  ],
  ['starting PostgreSQL 18beta1 on aarch64-apple-darwin', server('starting', { serverVersion: '18beta1' })],
  ['starting PostgreSQL 17.4 (Debian 17.4-1) on x86_64', server('starting', { serverVersion: '17.4' })],
  ['listening on IPv4 address "0.0.0.0", port 5432', server('listening', { port: 5432 })],
  ['listening on IPv6 address "::", port 28817', server('listening', { port: 28817 })],
  ['listening on Unix socket "/var/run/postgresql/.s.PGSQL.5433"', server('listening', { port: 5433 })],
  [
    'redirecting log output to logging collector process',
    server('redirected', { directory: 'log' }),
    { hint: 'Future log output will appear in directory "log".' },
  ],
  ['redirecting log output to logging collector process', server('redirected')],
  [
    'ending log output to stderr',
    server('logDestinationChanged', { destination: 'csvlog' }),
    { hint: 'Future log output will go to log destination "csvlog".' },
  ],
  ['database system was shut down at 2026-11-20 09:58:11 UTC', server('wasShutDown')],
  ['database system was shut down in recovery at 2026-11-20 09:58:11 UTC', server('wasShutDown')],
  ['database system was interrupted; last known up at 2026-11-20 09:58:11 UTC', server('wasInterrupted')],
  ['database system was interrupted while in recovery at 2026-11-20 09:58:11 UTC', server('wasInterrupted')],
  ['database system was interrupted while in recovery at log time 2026-11-20', server('wasInterrupted')],
  ['database system shutdown was interrupted; last known up at 2026-11-20', server('wasInterrupted')],
  [
    'database system was not properly shut down; automatic recovery in progress',
    server('notProperlyShutDown'),
  ],
  ['database system is ready to accept connections', server('ready')],
  ['database system is ready to accept read only connections', server('readyReadOnly')],
  ['database system is ready to accept read-only connections', server('readyReadOnly')],
  ['received smart shutdown request', server('smartShutdown')],
  ['received fast shutdown request', server('fastShutdown')],
  ['received immediate shutdown request', server('immediateShutdown')],
  ['shutting down', server('shuttingDown')],
  ['shutting down because restart_after_crash is off', server('notRestarting')],
  ['shutting down because "restart_after_crash" is off', server('notRestarting')],
  ['database system is shut down', server('shutDown')],
  [
    'server process (PID 4121) was terminated by signal 9: Killed',
    ended('server process', 4121, { signal: 9 }),
  ],
  ['client backend (PID 12) was terminated by signal 6: Aborted', ended('client backend', 12, { signal: 6 })],
  [
    'server process (PID 7) was terminated by exception 0xC0000005',
    ended('server process', 7, { exception: '0xC0000005' }),
  ],
  ['server process (PID 7) exited with exit code 2', ended('server process', 7, { exitCode: 2 })],
  [
    'background worker "logical replication launcher" (PID 31) exited with exit code 1',
    ended('background worker "logical replication launcher"', 31, { exitCode: 1 }),
  ],
  [
    'worker process: logical replication launcher (PID 31) exited with exit code 1',
    ended('worker process: logical replication launcher', 31, { exitCode: 1 }),
  ],
  ['startup process (PID 8) exited with exit code 1', ended('startup process', 8, { exitCode: 1 })],
  [
    'io worker (PID 8) was terminated by signal 11: Segmentation fault',
    ended('io worker', 8, { signal: 11 }),
  ],
  ['terminating any other active server processes', server('terminatingOthers')],
  ['all server processes terminated; reinitializing', server('reinitializing')],
  ['received promote request', server('promote')],
  ['selected new timeline ID: 2', server('promote')],
  ['archive recovery complete', server('promote')],
  ['received SIGHUP, reloading configuration files', server('reload')],
  [
    'parameter "log_connections" changed to "on"',
    server('parameterChanged', { name: 'log_connections', value: 'on' }),
  ],
  [
    'parameter "log_line_prefix" changed to "%m "%u" changed to "x" "',
    server('parameterChanged', { name: 'log_line_prefix', value: '%m "%u" changed to "x" ' }),
  ],
  ['parameter "search_path" changed to ""', server('parameterChanged', { name: 'search_path', value: '' })],
  [
    'parameter "log_connections" removed from configuration file, reset to default',
    server('parameterChanged', { name: 'log_connections' }),
  ],
  [
    'parameter "port" cannot be changed without restarting the server',
    server('parameterNeedsRestart', { name: 'port' }),
  ],
  [
    'configuration file "/d/postgresql.conf" contains errors; unaffected changes were applied',
    server('configurationErrors', { file: '/d/postgresql.conf' }),
  ],
  ['pg_hba.conf was not reloaded', server('notReloaded', { file: 'pg_hba.conf' })],
  ['/d/pg_hba.conf was not reloaded', server('notReloaded', { file: '/d/pg_hba.conf' })],
  ['SSL configuration was not reloaded', server('notReloaded', { file: 'SSL configuration' })],
  [
    'could not fork new process for connection: Cannot allocate memory',
    server('forkFailed', { reason: 'Cannot allocate memory' }),
  ],
];

const clientTroubles: Sample[] = [
  'could not receive data from client: Connection reset by peer',
  'could not send data to client: Broken pipe',
  'unexpected EOF on client connection with an open transaction',
  'unexpected EOF within message length word',
  'incomplete message from client',
  'invalid message length',
].map((text) => [text, { kind: 'clientTrouble', text }]);

const none = [
  'checkpoint starting: time',
  'connection received',
  'connection authorized: user=u',
  'connection authenticated: identity="u" method=md5',
  'connection ready: setup total=x ms, fork=y ms, authentication=z ms',
  'disconnection: session time: 3 s user=u database=d host=[local]',
  'disconnection: session time: 0:00:03.240 user=u database=d',
  'shutting down the shop',
  'server process (PID x) was terminated by signal 9: Killed',
  'statement: select $$connection received: host=1 port=2$$',
  '',
];

const groups: [string, Sample[]][] = [
  ['arrival', arrivals],
  ['authorization', authorizations],
  ['odd names', oddNames],
  ['disconnection', disconnections],
  ['server', serverMessages],
  ['client trouble', clientTroubles],
];
const samples = groups.flatMap(([, group]) => group);

describe('parseConnectionMessage', () => {
  for (const [title, group] of groups)
    describe(title, () => {
      for (const [message, expected, names] of group)
        it(`reads ${JSON.stringify(message)}${names ? ` knowing ${JSON.stringify(names)}` : ''}`, () => {
          assert.deepEqual(plain(parse(message, names)), expected);
        });
    });

  for (const message of none)
    it(`reads nothing in ${JSON.stringify(message)}`, () => {
      assert.equal(parse(message), undefined);
    });

  it('reads LOG entries only', () => {
    const message = 'connection authorized: user=app database=shop';
    assert.equal(parseConnectionMessage({ severity: 'ERROR', message }), undefined);
  });
});

describe('logMessageStarts', () => {
  for (const [message] of samples)
    it(`has the beginning of ${JSON.stringify(message.slice(0, 60))}`, () => {
      assert.equal(logMessageStarts().filter(({ start }) => message.startsWith(start)).length, 1);
    });

  it('is proved by a sample of every event of the server', () => {
    const sampled = new Set(
      samples.map(([message]) => parse(message)).map((read) => read?.kind === 'server' && read.what),
    );
    assert.deepEqual(
      english.server.filter(({ what }) => !sampled.has(what)),
      [],
    );
  });
});

describe('parseConnectionMessage on the words of a statement', () => {
  const raised = { context: 'PL/pgSQL function inline_code_block line 1 at RAISE' };
  const called = { statement: 'select f()' };
  for (const [message] of arrivals)
    it(`reads nothing out of ${JSON.stringify(message.slice(0, 60))}`, () => {
      const absent = { context: '', statement: '' };
      assert.notEqual(parse(message, { ...arrivalNames(message), ...absent }), undefined);
      for (const more of [raised, called])
        assert.equal(parse(message, { ...arrivalNames(message), ...more }), undefined);
    });
});

describe('parseConnectionMessage on hostile names', () => {
  const starts = [
    'connection received: host=',
    'connection authenticated: identity="',
    'connection authorized: user=',
    'replication connection authorized: user=',
    'connection ready: setup total=',
    'disconnection: session time: 0:00:00.000 user=',
    'server process (PID ',
    'parameter "',
    '/',
  ];
  const repeated = [
    ' database=',
    ' database=d',
    ' application_name=',
    ' SSL enabled (protocol=',
    ` SSL enabled (${tls})`,
    ' GSS (authenticated=',
    ' host=',
    ' port=1',
    '" method=m (',
    ' (f:1',
    ':1',
    ' ms, fork=',
    ' (PID 1) was terminated by signal 1',
    '" changed to "',
    'a',
    '\n',
  ];

  it('takes time in proportion to 64 KB of any text', () => {
    const started = process.cpuUsage();
    for (const start of starts)
      for (const text of repeated)
        for (const names of [
          {},
          { user: 'a', database: 'd' },
          { database: text.repeat(20) },
          { user: text.repeat(20) },
        ])
          parse(start + text.repeat(65_536 / text.length), names);
    const { user } = process.cpuUsage(started);
    // about 50 ms for all of them; backtracking takes many times this bound
    assert.ok(user < 1_000_000, `${user} µs`);
  });
});
