import assert from 'node:assert/strict';
import { parsePoolerMessage } from '../../src/core/pool/pgbouncerMessage.ts';
import { poolerFailureOf } from '../../src/core/pool/poolerFailures.ts';
import { poolerFailureTable } from '../../src/core/pool/poolerFailureTable.ts';
import { folded, told } from './folded.ts';

const head = 'C-0x5600b0aeced0: ';

describe('parsePoolerMessage', () => {
  const attempts: readonly (readonly [
    text: string,
    user: string,
    database: string,
    host: string,
    port?: number,
  ])[] = [
    ['shop/app@127.0.0.1:60270 login attempt: db=shop user=app tls=no', 'app', 'shop', '127.0.0.1', 60_270],
    [
      'shop/app@[::1]:54092 login attempt: db=shop user=app tls=no replication=no',
      'app',
      'shop',
      '::1',
      54_092,
    ],
    ['shop/app@unix(8967):54092 login attempt: db=shop user=app tls=no', 'app', 'shop', '[local]'],
    ['(nodb)/bob@10.0.0.7:1 login attempt: db=a/b user=bob tls=no', 'bob', 'a/b', '10.0.0.7', 1],
    ['a/b/c/d@10.0.0.7:1 login attempt: db=a/b user=c/d tls=no', 'c/d', 'a/b', '10.0.0.7', 1],
    ['shop/my user@10.0.0.7:1 login attempt: db=shop user=my user tls=no', 'my user', 'shop', '10.0.0.7', 1],
    ['d user=e/f@10.0.0.7:1 login attempt: db=d user=e user=f tls=no', 'f', 'd user=e', '10.0.0.7', 1],
    ['shop/a@b@10.0.0.7:1 login attempt: db=shop user=a@b tls=no', 'a@b', 'shop', '10.0.0.7', 1],
  ];
  for (const [text, user, database, remoteHost, remotePort] of attempts) {
    it(`reads ${text}`, () => {
      const message = parsePoolerMessage(head + text);
      assert.equal(message?.kind, 'loginAttempt');
      const { socket } = message;
      assert.deepEqual(
        [socket.user, socket.database, socket.remoteHost, socket.remotePort],
        [user, database, remoteHost, remotePort],
      );
    });
  }

  it('knows the encryption and a walsender', () => {
    const text =
      'shop/app@1.2.3.4:5 login attempt: db=shop user=app tls=TLSv1.3/TLS_AES_256_GCM_SHA384 replication=yes';
    const message = parsePoolerMessage(head + text);
    assert.ok(message?.kind === 'loginAttempt');
    assert.deepEqual([message.tls, message.replication], ['TLSv1.3/TLS_AES_256_GCM_SHA384', true]);
  });

  it('takes the socket as it was printed before, whatever the reason imitates', () => {
    const known = 'shop/app@127.0.0.1:1';
    const reason = 'database "x@1.1.1.1:1 closing because: y" does not exist';
    const message = parsePoolerMessage(`${head}${known} closing because: ${reason} (age=3s)`, () => known);
    assert.ok(message?.kind === 'closing');
    assert.deepEqual([message.socket.head, message.reason, message.ageS], [known, reason, 3]);
  });

  for (const text of [
    'process up: PgBouncer 1.25.2, libevent 2.1.12-stable (epoll)',
    'Process up: pgbouncer',
  ])
    it(`${text.startsWith('p') ? 'knows' : 'does not take for'} a start: ${text}`, () =>
      assert.equal(parsePoolerMessage(text)?.kind, text.startsWith('p') ? 'processUp' : undefined));

  for (const text of [
    'server connections dropped, exiting',
    'got SIGTERM, fast exit',
    'got SIGQUIT, fast exit',
    'got SIGINT while shutting down, fast exit',
  ])
    it(`knows an end: ${text}`, () => assert.equal(parsePoolerMessage(text)?.kind, 'processEnds'));

  for (const text of [
    'got SIGTERM, shutting down, waiting for all clients disconnect',
    'got SIGHUP, re-reading config',
    'stats: 1 xacts/s, 1 queries/s, in 18 B/s, out 116 B/s, xact 247 us, query 247 us, wait 3867 us',
    `${head}x`,
    '',
  ])
    it(`says nothing of ${JSON.stringify(text)}`, () => assert.equal(parsePoolerMessage(text), undefined));
});

describe('the reasons of PgBouncer', () => {
  it('have one kind each, with a meaning and a next step', () => {
    assert.equal(new Set(poolerFailureTable.map(({ kind }) => kind)).size, poolerFailureTable.length);
    for (const { meaning, nextStep } of poolerFailureTable) assert.ok(meaning !== '' && nextStep !== '');
  });

  for (const [reason, kind, phase] of [
    ['client close request', undefined, undefined],
    ['client unexpected eof', undefined, undefined],
    ['password authentication failed', 'poolerPassword', 'authentication'],
    ['no such database: shpo', 'poolerNoDatabase', 'authentication'],
    ['no more connections allowed (max_client_conn)', 'poolerFull', 'authentication'],
    ['client connections exceeded (max_user_client_connections)', 'poolerFull', 'authentication'],
    ['client_login_timeout', 'poolerLoginTimeout', 'authentication'],
    ['query_wait_timeout', 'poolerWait', 'unknown'],
    ['client_idle_timeout', 'poolerIdle', 'session'],
    ['idle transaction timeout', 'poolerIdle', 'session'],
    ['query timeout', 'poolerQueryTimeout', 'session'],
    ['server conn crashed?', 'poolerServerLost', 'session'],
    ['admin forced disconnect', 'poolerAdmin', 'session'],
    ["bad packet header: '00ff'", 'poolerProtocol', 'unknown'],
    ['role "x" does not exist', 'poolerOther', 'unknown'],
  ] as const)
    it(`are told apart: ${reason}`, () => {
      const failure = poolerFailureOf(reason);
      assert.deepEqual([failure?.kind, failure?.phase], [kind, phase]);
    });
});

describe('a log of an old PgBouncer', () => {
  const line = (text: string): string =>
    `2018-01-01 10:00:00.123 1234 LOG C-0x5600b0aeced0: shop/app@10.0.0.7:5 ${text}\n`;

  it('is read without brackets and zone', () => {
    const log =
      line('login attempt: db=shop user=app tls=no') + line('closing because: client close request (age=0)');
    assert.deepEqual(told(folded(log)), ['connect app@shop', 'disconnect app@shop']);
  });
});
