import assert from 'node:assert/strict';
import { classifyFailure, explainFailure, linkOf } from '../../src/core/connection/failure.ts';
import { failureTable, type FailurePhase } from '../../src/core/connection/failureTable.ts';
import { errorMessageStarts, logMessageStarts } from '../../src/core/connection/messageStarts.ts';
import { matchTemplate, messageTemplate } from '../../src/core/connection/messageTemplate.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import { folded, told } from './folded.ts';
import { background, dayAt, printCsv, printJson, printStderr, type Printed } from './serverLog.ts';

type Sample = [message: string, kind: string, phase: FailurePhase, more?: Partial<LogEntry>];

const fatal = (message: string, more: Partial<LogEntry> = {}): LogEntry => ({
  severity: 'FATAL',
  message,
  ...more,
});
const of = (kind: string, phase: FailurePhase, messages: string[], more?: Partial<LogEntry>): Sample[] =>
  messages.map((message) => (more ? [message, kind, phase, more] : [message, kind, phase]));

const refused: Sample[] = [
  ...of('password', 'authentication', [
    'password authentication failed for user "bob"',
    'password authentication failed for user "a "b" c"',
    'password authentication failed for user "a\nb"',
  ]),
  ...of('emptyPassword', 'authentication', ['empty password returned by client']),
  ...of('hbaRejects', 'authentication', [
    'pg_hba.conf rejects connection for host "10.0.0.7", user "bob", database "shop", no encryption',
    'pg_hba.conf rejects replication connection for host "10.0.0.7", user "bob", SSL off',
  ]),
  ...of('noHbaEntry', 'authentication', [
    'no pg_hba.conf entry for host "[local]", user "bob", database "shop", SSL off',
    'no pg_hba.conf entry for host "::1", user "bob", database "shop", GSS encryption',
    'no pg_hba.conf entry for host "::1", user "bob", database "shop"',
  ]),
  ...of('noHbaReplicationEntry', 'authentication', [
    'no pg_hba.conf entry for replication connection from host "10.0.0.7", user "bob", no encryption',
  ]),
  ...of('ident', 'authentication', ['Ident authentication failed for user "bob"']),
  ...of('peer', 'authentication', ['Peer authentication failed for user "bob"']),
  ...of('gssapi', 'authentication', [
    'GSSAPI authentication failed for user "bob"',
    'SSPI authentication failed for user "bob"',
  ]),
  ...of('ldap', 'authentication', ['LDAP authentication failed for user "bob"']),
  ...of('pam', 'authentication', [
    'PAM authentication failed for user "bob"',
    'BSD authentication failed for user "bob"',
  ]),
  ...of('radius', 'authentication', ['RADIUS authentication failed for user "bob"']),
  ...of('oauth', 'authentication', ['OAuth bearer authentication failed for user "bob"']),
  ...of('certificate', 'authentication', [
    'certificate authentication failed for user "bob"',
    'certificate authentication failed for user "bob": client certificate contains no user name',
  ]),
  ...of('certificateRequired', 'authentication', ['connection requires a valid client certificate']),
  ...of('hostRejected', 'authentication', [
    '"trust" authentication failed for user "bob"',
    'authentication failed for user "bob": host rejected',
    'authentication failed for user "bob": invalid authentication method',
  ]),
  ...of('authenticationTimeout', 'authentication', ['canceling authentication due to timeout']),
  ...of('unsupportedProtocol', 'authentication', [
    'unsupported frontend protocol 2.0: server supports 3.0 to 3.2',
  ]),
  ...of('startupPacket', 'authentication', [
    'invalid startup packet layout: expected terminator as last byte',
    'no PostgreSQL user name specified in startup packet',
  ]),
  ...of('unencryptedData', 'authentication', [
    'received unencrypted data after SSL request',
    'received unencrypted data after GSSAPI encryption request',
  ]),
  ...of('replicationOption', 'authentication', ['invalid value for parameter "replication": "maybe"']),
  ...of('startingUp', 'authentication', [
    'the database system is starting up',
    'the database system is not yet accepting connections',
    'the database system is in recovery mode',
  ]),
  ...of('noHotStandby', 'authentication', ['the database system is not accepting connections']),
  ...of('shuttingDown', 'authentication', ['the database system is shutting down']),
  ...of('tooManyClients', 'authentication', ['sorry, too many clients already']),
  ...of('maxWalSenders', 'startup', [
    'number of requested standby connections exceeds max_wal_senders (currently 1)',
    'number of requested standby connections exceeds "max_wal_senders" (currently 1)',
  ]),
  ...of('unknownRole', 'startup', ['role "bob" does not exist', 'role "x" does not exist" does not exist']),
  ...of('roleCannotLogin', 'startup', ['role "bob" is not permitted to log in']),
  ...of('unknownDatabase', 'startup', ['database "shpo" does not exist']),
  ...of('databaseNotAccepting', 'startup', ['database "template0" is not currently accepting connections']),
  ...of('invalidDatabase', 'startup', ['cannot connect to invalid database "shop"']),
  ...of('databasePermission', 'startup', ['permission denied for database "shop"']),
  ...of('roleConnectionLimit', 'startup', ['too many connections for role "bob"']),
  ...of('databaseConnectionLimit', 'startup', ['too many connections for database "shop"']),
  ...of('reservedSlots', 'startup', [
    'remaining connection slots are reserved for non-replication superuser connections',
    'remaining connection slots are reserved for roles with privileges of the "pg_use_reserved_connections" role',
    'remaining connection slots are reserved for roles with the SUPERUSER attribute',
  ]),
  ...of('replicationPermission', 'startup', [
    'must be superuser or replication role to start walsender',
    'permission denied to start WAL sender',
  ]),
  ...of('unknownParameter', 'startup', ['unrecognized configuration parameter "x"']),
  ...of('parameterPermission', 'startup', ['permission denied to set parameter "log_disconnections"']),
  ...of('invalidParameter', 'startup', [
    'invalid value for parameter "work_mem": "much"',
    'parameter "enable_seqscan" requires a Boolean value',
    '1 is outside the valid range for parameter "work_mem" (64 .. 2147483647)',
    '1 kB is outside the valid range for parameter "work_mem" (64 kB .. 2147483647 kB)',
    'parameter "port" cannot be changed without restarting the server',
  ]),
  ...of('invalidOptions', 'startup', [
    '--no-such-switch requires a value',
    '-c work_mem requires a value',
    'invalid command-line argument for server process: -x',
  ]),
  ...of('libraryMissing', 'startup', ['could not access file "nolib": No such file or directory']),
  ...of('binaryUpgrade', 'startup', ['must be superuser to connect in binary upgrade mode']),
];

const ended: Sample[] = [
  ...of('administratorCommand', 'session', ['terminating connection due to administrator command']),
  ...of('idleInTransactionTimeout', 'session', ['terminating connection due to idle-in-transaction timeout']),
  ...of('idleSessionTimeout', 'session', ['terminating connection due to idle-session timeout']),
  ...of('transactionTimeout', 'session', ['terminating connection due to transaction timeout']),
  ...of('recoveryConflict', 'session', ['terminating connection due to conflict with recovery'], {
    detail: 'User was holding a relation lock for too long.',
  }),
  ...of('databaseDropped', 'session', ['terminating connection due to conflict with recovery'], {
    detail: 'User was connected to a database that must be dropped.',
  }),
  ...of('databaseDropped', 'session', ['terminating connection due to conflict with recovery'], {
    sqlState: '57P04',
  }),
  ...of('connectionLost', 'session', ['connection to client lost']),
  ...of('connectionLost', 'session', ['unexpected EOF on client connection with an open transaction'], {
    severity: 'ERROR',
  }),
  ...of(
    'connectionLost',
    'session',
    [
      'could not receive data from client: Connection reset by peer',
      'could not send data to client: Broken pipe',
    ],
    { severity: 'LOG' },
  ),
  ...of('protocolViolation', 'session', [
    'terminating connection because protocol synchronization was lost',
    'invalid frontend message type 88',
  ]),
  ...of(
    'protocolViolation',
    'session',
    ['unexpected EOF within message length word', 'incomplete message from client', 'invalid message length'],
    { severity: 'LOG' },
  ),
  ...of('postmasterExit', 'session', ['terminating connection due to unexpected postmaster exit']),
];

const ofServer: Sample[] = [
  ...of('panic', 'server', ['could not access file "pg_wal/0": No such file', 'role "x" does not exist'], {
    severity: 'PANIC',
    sqlState: '28000',
  }),
  ...of(
    'crash',
    'server',
    [
      'server process (PID 9) was terminated by signal 9: Killed',
      'client backend (PID 9) was terminated by signal 11: Segmentation fault',
      'server process (PID 9) was terminated by exception 0xC0000005',
      'server process (PID 9) exited with exit code 2',
    ],
    { severity: 'LOG' },
  ),
  ...of('walReceiver', 'server', [
    'could not connect to the primary server: connection failed: FATAL:  password authentication failed for user "rep"',
    'streaming replication receiver "walreceiver" could not connect to the primary server: FATAL:  role "x" does not exist',
    'could not send end-of-streaming message to primary: no COPY in progress',
    'could not receive data from WAL stream: ERROR:  requested WAL segment has already been removed',
    'could not send data to WAL stream: server closed the connection unexpectedly',
    'terminating walreceiver due to timeout',
    'could not receive database system identifier and timeline ID from the primary server: no connection to the server',
    'could not receive timeline history file from the primary server: no connection to the server',
    'error while shutting down streaming COPY: no COPY in progress',
    'error reading result of streaming command: server closed the connection unexpectedly',
  ]),
  ...of('walStreaming', 'server', [
    'could not start WAL streaming: ERROR:  replication slot "nosuch" does not exist',
    'could not create replication slot "pg_walreceiver_7": ERROR:  all replication slots are in use',
    'database system identifier differs between the primary and standby',
    'highest timeline 1 of the primary is behind recovery timeline 2',
    'invalid response from primary server',
  ]),
  ...of('archiver', 'server', [
    'archive command failed with exit code 127',
    'archive command was terminated by signal 9: Killed',
    'archive command was terminated by exception 0xC0000005',
    'archive modules have to define the symbol _PG_archive_module_init',
    'archive modules must register an archive callback',
    'both archive_command and archive_library set',
    'both "archive_command" and "archive_library" set',
  ]),
  ...of('recoveryFailed', 'server', [
    'could not restore file "00000002.history" from archive: command not found',
    'archive file "000000010000000000000003" has wrong size: 8192 instead of 16777216',
    'recovery_end_command "nosuch": command not found',
    'recovery ended before configured recovery target was reached',
    'requested recovery stop point is before consistent recovery point',
    'recovery target timeline 7 does not exist',
    'requested timeline 3 does not contain minimum recovery point 0/5000148 on timeline 1',
    'WAL ends before end of online backup',
    'WAL ends before consistent recovery point',
    'WAL was generated with wal_level=minimal, cannot continue recovering',
    'WAL was generated with "wal_level=minimal", cannot continue recovering',
    'could not find redo location referenced by checkpoint record',
    'could not find redo location 0/5000028 referenced by checkpoint record at 0/5000060',
  ]),
  ...of('workerTerminated', 'server', [
    'terminating background worker "parallel worker" due to administrator command',
    'terminating autovacuum process due to administrator command',
    'terminating logical replication worker due to administrator command',
    'terminating walreceiver process due to administrator command',
  ]),
  ...of('workerTerminated', 'server', ['terminating connection due to administrator command'], {
    fromClient: false,
  }),
  ...of('workerTerminated', 'server', ['terminating connection due to administrator command'], {
    backendType: 'parallel worker',
  }),
  ...of('lockFile', 'server', ['lock file "postmaster.pid" already exists']),
  ...of('cannotListen', 'server', [
    'could not create any TCP/IP sockets',
    'could not create any Unix-domain sockets',
  ]),
  ...of('startFailed', 'server', [
    'configuration file "/d/postgresql.conf" contains errors',
    'could not load pg_hba.conf',
    'could not load /d/pg_hba.conf',
    'could not load server certificate file "server.crt": No such file or directory',
    'could not access private key file "server.key": No such file or directory',
    'data directory "/d" does not exist',
    'data directory "/d" has invalid permissions',
    'data directory "/d" has wrong ownership',
    '"/d" is not a valid data directory',
    'database files are incompatible with server',
    'could not create lock file "postmaster.pid": Permission denied',
    'pre-existing shared memory block (key 5432001, ID 7) is still in use',
    'could not create shared memory segment: No space left on device',
    'could not map anonymous shared memory: Cannot allocate memory',
    'could not create semaphores: No space left on device',
    'must specify restore_command when standby mode is not enabled',
    'recovery aborted because of insufficient parameter settings',
    'could not locate required checkpoint record',
    "requested timeline 3 is not a child of this server's history",
    'hot standby is not possible because max_connections = 10 is a lower setting than on the master server (its value was 100)',
    'WAL archival cannot be enabled when wal_level is "minimal"',
    'WAL archival cannot be enabled when "wal_level" is "minimal"',
    'WAL streaming (max_wal_senders > 0) requires wal_level "replica" or "logical"',
    'WAL streaming ("max_wal_senders" > 0) requires "wal_level" to be "replica" or "logical"',
  ]),
  ...of('preloadLibraryMissing', 'server', ['could not access file "my_ext": No such file or directory'], {
    backendType: 'postmaster',
  }),
  ...of('serverProcess', 'server', ['role "gone" does not exist', 'out of memory'], {
    backendType: 'my_ext worker',
    sqlState: '28000',
  }),
];

const survived: Sample[] = [
  ...of('libraryMissing', 'keep', ['could not access file "$libdir/my_ext": No such file or directory']),
  ...of('libraryNotLoaded', 'keep', ['could not load library "/l/x.so": /l/x.so: undefined symbol: SPI_foo']),
  ...of('incompatibleLibrary', 'keep', [
    'incompatible library "/l/x.so": missing magic block',
    'incompatible library "/l/x.so": version mismatch',
    'incompatible library "/l/x.so": ABI mismatch',
  ]),
  ...of('functionMissing', 'keep', [
    'could not find function "hello_wrapper" in file "/l/x.so"',
    'could not find function information for function "hello"',
  ]),
  ...of('extensionMissing', 'keep', [
    'could not open extension control file "/s/x.control": No such file or directory',
    'extension "x" is not available',
    'extension "x" has no installation script nor update path for version "9"',
  ]),
  ...of('rustPanic', 'keep', [
    'called `Option::unwrap()` on a `None` value',
    'called `Result::unwrap()` on an `Err` value: Os { code: 2 }',
    'index out of bounds: the len is 3 but the index is 7',
    'internal error: entered unreachable code: no',
    'attempt to subtract with overflow',
    'attempt to divide by zero',
    'assertion `left == right` failed',
    'postgres FFI may not be called from multiple threads.',
    "thread '<unnamed>' panicked at src/lib.rs:10:5:\nboom",
  ]),
  ['extension "x" already exists', 'other', 'unknown', {}],
].map(
  ([message, kind, phase, more]) =>
    [message, kind, phase, { ...(more as object), severity: 'ERROR' }] as Sample,
);

/** What neither English nor the table has: `%e` and `%i` decide. */
const translated: Sample[] = [
  [
    'Passwort-Authentifizierung für Benutzer »bob« fehlgeschlagen',
    'password',
    'authentication',
    { sqlState: '28P01' },
  ],
  ['kein pg_hba.conf-Eintrag für Host »h«', 'refused', 'startup', { sqlState: '28000' }],
  [
    'kein pg_hba.conf-Eintrag',
    'refused',
    'authentication',
    { sqlState: '28000', commandTag: 'authentication' },
  ],
  ['Datenbank »shpo« existiert nicht', 'unknownDatabase', 'startup', { sqlState: '3D000' }],
  ['zu viele Verbindungen', 'tooManyConnections', 'startup', { sqlState: '53300' }],
  ['das Datenbanksystem', 'notAccepting', 'authentication', { sqlState: '57P03' }],
  ['Verbindung wird abgebrochen', 'administratorCommand', 'session', { sqlState: '57P01' }],
  ['Verbindung wird abgebrochen', 'serverProcess', 'server', { sqlState: '57P01', fromClient: false }],
  ['Verbindung wird abgebrochen', 'databaseDropped', 'session', { sqlState: '57P04' }],
  ['keine Berechtigung', 'permissionDenied', 'startup', { sqlState: '42501' }],
  ['ungültiges Startpaket', 'invalidMessage', 'unknown', { sqlState: '08P01' }],
  ['ungültiges Startpaket', 'invalidMessage', 'session', { sqlState: '08P01', commandTag: 'idle' }],
  ['an extension gives up', 'other', 'unknown', { sqlState: 'XX000' }],
  ['an extension gives up', 'other', 'startup', { commandTag: 'startup' }],
  ['an extension gives up', 'other', 'session', { commandTag: 'SELECT' }],
  ['an extension gives up', 'other', 'authentication', { backendType: 'not initialized' }],
];

const groups: [string, Sample[]][] = [
  ['a refused login', refused],
  ['an ended session', ended],
  ['the server', ofServer],
  ['a session that goes on', survived],
  ['other languages and unknown texts', translated],
];
const samples = groups.flatMap(([, group]) => group);

describe('classifyFailure', () => {
  for (const [title, group] of groups)
    describe(`of ${title}`, () => {
      for (const [message, kind, phase, more] of group)
        it(`${JSON.stringify(message)}${more ? ` ${JSON.stringify(more)}` : ''} is ${kind}, ${phase}`, () => {
          assert.deepEqual(classifyFailure(fatal(message, more)), { kind, phase });
        });
    });

  it('takes a normal end of a process for no failure', () => {
    const message = 'background worker "launcher" (PID 7) exited with exit code 1';
    assert.deepEqual(classifyFailure({ severity: 'LOG', message }), { kind: 'other', phase: 'unknown' });
  });

  it('takes time in proportion to 64 KB of any text', () => {
    const started = process.cpuUsage();
    for (const { messages } of failureTable)
      for (const message of messages) {
        const [start, ...rest] = messageTemplate(message).texts;
        for (const text of ['"', ' ', ...rest.filter((part) => part !== '')])
          classifyFailure(fatal(start + text.repeat(65_536 / text.length) + '.'));
      }
    const { user } = process.cpuUsage(started);
    assert.ok(user < 1_000_000, `${user} µs`);
  });
});

/** Nothing in them tells who writes, but the message; in csv and json, `backend_type` does. */
const logs: readonly (readonly [format: string, print: (records: readonly Printed[]) => string])[] = [
  ['stderr of the default prefix', (records) => printStderr('%m [%p] ', records)],
  ['csv', printCsv],
  ['json', printJson],
];

describe('a process of the server that ends by an error, in a log that begins in the middle', () => {
  const ofProcesses = ofServer.filter(([, kind, , more]) => !more && kind !== 'workerTerminated');
  for (const [format, print] of logs)
    for (const [message, kind] of ofProcesses)
      it(`is a problem of the server and no refused login in ${format}: ${JSON.stringify(message)}`, () => {
        const ended = { severity: 'FATAL', backendType: 'walreceiver', sqlState: 'XX000' };
        const log = folded(
          print([
            background(20, dayAt, 'checkpoint starting: time'),
            background(31, dayAt + 10, message, ended),
            background(20, dayAt + 90_000, 'checkpoint starting: time'),
          ]),
        );
        assert.deepEqual(told(log), ['problem']);
        assert.deepEqual(
          log.state.troubles.problem.map((trouble) => [trouble.kind, trouble.message]),
          [[kind, message]],
        );
      });
});

describe('failureTable', () => {
  it('calls each kind by a word of its own', () => {
    assert.equal(new Set(failureTable.map(({ kind }) => kind)).size, failureTable.length);
  });

  for (const { kind, messages, backgroundMessages = [] } of failureTable) {
    it(`has samples of ${kind}, one for each of its messages`, () => {
      const sampled = samples.filter((sample) => sample[1] === kind).map(([message]) => message);
      assert.ok(sampled.length > 0);
      for (const message of [...messages, ...backgroundMessages])
        assert.ok(
          sampled.some((sample) => matchTemplate(messageTemplate(message), sample)),
          message,
        );
    });

    it(`says what ${kind} means and what to do, in whole sentences`, () => {
      const { meaning, nextStep } = explainFailure(kind);
      for (const text of [renderSentence(meaning), renderSentence(nextStep)])
        assert.match(text, /^[A-Z][^{}]*[^ ;.]\.$/);
    });
  }

  it('explains a kind that it does not have as other', () => {
    assert.deepEqual(explainFailure('toString'), explainFailure('other'));
  });
});

describe('messageStarts', () => {
  const starts = { ERROR: errorMessageStarts(), LOG: logMessageStarts() };
  for (const [message, , , more] of samples)
    if (more?.severity === 'ERROR' || more?.severity === 'LOG')
      it(`of ${more.severity} have the beginning of ${JSON.stringify(message)}`, () => {
        assert.ok(starts[more.severity as 'ERROR' | 'LOG'].some(({ start }) => message.startsWith(start)));
      });
});

describe('linkOf', () => {
  const links: [Parameters<typeof linkOf>[0], ReturnType<typeof linkOf>][] = [
    [
      { message: '', detail: 'Connection matched file "/d/pg_hba.conf" line 12: "host all all all md5"' },
      { path: '/d/pg_hba.conf', line: 12 },
    ],
    [
      {
        message: '',
        detail:
          'Password does not match for user "bob".\nConnection matched pg_hba.conf line 98: "host "a" all md5"',
      },
      { path: 'pg_hba.conf', line: 98 },
    ],
    [
      {
        message: '',
        detail:
          'Role "x\nConnection matched file "/etc/passwd" line 1: " does not exist.\nConnection matched file "/d/my "hba".conf" line 3: "local all all md5"',
      },
      { path: '/d/my "hba".conf', line: 3 },
    ],
    [
      { message: 'm', location: 'lib.rs:42' },
      { path: 'lib.rs', line: 42 },
    ],
    [
      { message: 'm', location: 'my_ext::hello, src/lib.rs:50' },
      { path: 'src/lib.rs', line: 50 },
    ],
    [{ message: 'm', location: 'auth_failed, auth.c:338' }, undefined],
    [{ message: "thread '<unnamed>' panicked at src/lib.rs:10:5:\nboom" }, { path: 'src/lib.rs', line: 10 }],
    [{ message: "thread 'x' (42) panicked at /my proj/a.rs:7:1:" }, { path: '/my proj/a.rs', line: 7 }],
    [
      { message: "thread 'x' panicked at 'no, \nsee b.rs:1', src/lib.rs:10:5" },
      { path: 'src/lib.rs', line: 10 },
    ],
    [{ message: 'panicked at src/lib.rs:10:5' }, { path: 'src/lib.rs', line: 10 }],
    [{ message: 'panicked at the disco' }, undefined],
    [{ message: 'role "bob" does not exist', detail: 'It seems to have just been dropped.' }, undefined],
  ];
  for (const [trouble, expected] of links)
    it(`of ${JSON.stringify(trouble)} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(linkOf(trouble), expected);
    });
});
