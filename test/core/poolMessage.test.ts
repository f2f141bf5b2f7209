import assert from 'node:assert/strict';
import { foldedPools, onlyPool } from './poolLines.ts';

const object = (address: string): string =>
  `<connection object at 0x${address}; dsn: 'user=app password=xxx dbname=shop', closed: 0>`;
const logger = 'sqlalchemy.pool.impl.QueuePool';

/** How logs print a message of a Python logger: prefix and separator, as the format strings say. */
const prefixes: Readonly<Record<string, (message: string) => string>> = {
  'echo_pool itself': (message) => `2026-11-20 10:09:31,162 DEBUG ${logger} ${message}`,
  basicConfig: (message) => `DEBUG:${logger}:${message}`,
  'asctime, pid': (message) => `2026-11-20 10:09:31,162 [4121] DEBUG ${logger}: ${message}`,
  'name in brackets': (message) => `2026-11-20 10:09:31,162 - [${logger}] - DEBUG - ${message}`,
  loguru: (message) =>
    `2026-11-20 10:09:31.162 | DEBUG    | sqlalchemy.log:debug:179 - ${logger} - ${message}`,
  gunicorn: (message) => `[2026-11-20 10:09:31 +0000] [4121] [DEBUG] ${logger} ${message}`,
  uvicorn: (message) => `DEBUG:     ${logger} ${message}`,
  celery: (message) => `[2026-11-20 10:09:31,162: DEBUG/ForkPoolWorker-2] ${logger} ${message}`,
  systemd: (message) => `Nov 20 10:09:31 web python3[4121]: DEBUG:${logger}:${message}`,
  'docker json-file': (message) =>
    JSON.stringify({
      log: `DEBUG:${logger}:${message}\n`,
      stream: 'stderr',
      time: '2026-11-20T10:09:31.162000000Z',
    }),
  'docker compose': (message) => `web-1  | DEBUG:${logger}:${message}`,
  'Kubernetes CRI': (message) => `2026-11-20T10:09:31.162000000Z stderr F DEBUG:${logger}:${message}`,
  'docker logs -t': (message) => `2026-11-20T10:09:31.162000000Z DEBUG:${logger}:${message}`,
  'JSON lines': (message) =>
    JSON.stringify({ timestamp: '2026-11-20T10:09:31.162Z', level: 'debug', logger, message }),
  structlog: (message) =>
    JSON.stringify({ event: message, level: 'debug', logger, timestamp: '2026-11-20T10:09:31Z' }),
};

describe('a pool of SQLAlchemy', () => {
  for (const [name, print] of Object.entries(prefixes))
    it(`is counted whatever stands before the message: ${name}`, () => {
      const pool = onlyPool(
        [
          `Created new connection ${object('7f01')}`,
          `Connection ${object('7f01')} checked out from pool`,
          `Created new connection ${object('7f02')}`,
          `Connection ${object('7f02')} checked out from pool`,
          `Connection ${object('7f01')} being returned to pool`,
          `Connection ${object('7f01')} rollback-on-return`,
        ].map(print),
      );
      const { kind, checkedOut, maxCheckedOut, checkouts, returns, created, timeouts, samples } = pool;
      assert.deepEqual(
        { kind, checkedOut, maxCheckedOut, checkouts, returns, created, timeouts, samples },
        {
          kind: 'sqlalchemy',
          ...{ checkedOut: 1, maxCheckedOut: 2, checkouts: 2, returns: 1, created: 2 },
          ...{ timeouts: 0, samples: 0 },
        },
      );
      assert.deepEqual([pool.size, pool.maxOverflowUsed, pool.maxWaiting], [undefined, undefined, undefined]);
    });

  it('says its size and overflow by its status, whose overflow begins below 0', () => {
    const pool = onlyPool([
      'Pool size: 3  Connections in pool: 0 Current Overflow: -3 Current Checked out connections: 0',
      'INFO:shop:Pool size: 3  Connections in pool: 0 Current Overflow: 2 Current Checked out connections: 5',
      'INFO:shop:Pool size: 3  Connections in pool: 2 Current Overflow: 0 Current Checked out connections: 1',
    ]);
    const { name, size, checkedOut, maxCheckedOut, maxOverflowUsed, samples, checkouts } = pool;
    assert.deepEqual(
      { name, size, checkedOut, maxCheckedOut, maxOverflowUsed, samples, checkouts },
      {
        ...{ name: 'QueuePool', size: 3, checkedOut: 1, maxCheckedOut: 5, maxOverflowUsed: 2, samples: 3 },
        checkouts: undefined,
      },
    );
  });

  it('was used up when a checkout is given up, and one that is told three times is one', () => {
    const limit =
      'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)';
    const pool = onlyPool([
      `2026-11-20 10:00:00,000 ERROR shop: no connection: ${limit}`,
      'Traceback (most recent call last):',
      '  File "shop.py", line 3, in order',
      `sqlalchemy.exc.TimeoutError: ${limit}`,
      '',
      'The above exception was the direct cause of the following exception:',
      '',
      'Traceback (most recent call last):',
      `shop.NoConnectionError: ${limit}`,
      `2026-11-20 10:00:01,000 ERROR shop: no connection: ${limit}`,
    ]);
    const { size, maxOverflow, timeouts, maxCheckedOut, maxOverflowUsed, maxWaitMs } = pool;
    assert.deepEqual(
      { size, maxOverflow, timeouts, maxCheckedOut, maxOverflowUsed, maxWaitMs },
      { size: 5, maxOverflow: 10, timeouts: 2, maxCheckedOut: 15, maxOverflowUsed: 10, maxWaitMs: 30_000 },
    );
  });

  it('says nothing of checkouts at the level INFO, where only what goes wrong is logged', () => {
    const pool = onlyPool([
      `INFO:${logger}:Invalidate connection ${object('7f01')} (reason: OperationalError:server closed)`,
      `INFO:${logger}:Connection ${object('7f02')} exceeded timeout; recycling`,
    ]);
    const { checkouts, returns, created, checkedOut, maxCheckedOut } = pool;
    assert.deepEqual(
      [checkouts, returns, created, checkedOut, maxCheckedOut],
      [undefined, undefined, undefined, undefined, undefined],
    );
  });

  it('has the name that pool_logging_name gives, also where a status comes first', () => {
    const pool = onlyPool([
      'Pool size: 2  Connections in pool: 0 Current Overflow: -2 Current Checked out connections: 0',
      `DEBUG:${logger}.orders:Connection ${object('7f01')} checked out from pool`,
      'Pool size: 2  Connections in pool: 0 Current Overflow: -1 Current Checked out connections: 1',
    ]);
    assert.deepEqual([pool.name, pool.size, pool.checkedOut, pool.samples], ['orders', 2, 1, 2]);
  });
});

// the lines of HikariCP and pgx are those of the facts (8.2, 8.3), from their sources; nothing here ran them
describe('a pool of HikariCP (lines from its source)', () => {
  const java = (message: string): string =>
    `2026-11-20T10:00:00.000Z DEBUG 4121 --- [shop] [HikariPool-1 housekeeper] com.zaxxer.hikari.pool.HikariPool : ${message}`;
  for (const head of [
    'Pool stats',
    'Before cleanup stats',
    'After cleanup  stats',
    'After adding stats',
    'Timeout failure stats',
  ])
    it(head, () => {
      const pool = onlyPool([java(`HikariPool-1 - ${head} (total=10, active=7, idle=3, waiting=47)`)]);
      const { name, kind, size, checkedOut, maxWaiting, samples, timeouts, process } = pool;
      assert.deepEqual(
        { name, kind, size, checkedOut, maxWaiting, samples, timeouts, process },
        {
          ...{ name: 'HikariPool-1', kind: 'hikaricp', size: 10, checkedOut: 7, maxWaiting: 47 },
          ...{ samples: 1, timeouts: 0, process: '4121' },
        },
      );
    });

  it('counts a timeout once though the stack trace repeats it, and takes the figures of 5.1', () => {
    const text = 'HikariPool-1 - Connection is not available, request timed out after 30001ms';
    const pool = onlyPool([
      `2026-11-20 10:00:00.000 ERROR [http-1] c.s.Orders - ${text} (total=10, active=10, idle=0, waiting=4)`,
      `java.sql.SQLTransientConnectionException: ${text} (total=10, active=10, idle=0, waiting=4)`,
      '\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:686)',
      `Caused by: java.sql.SQLTransientConnectionException: ${text}.`,
    ]);
    const { timeouts, maxCheckedOut, maxWaiting, maxWaitMs, size } = pool;
    assert.deepEqual(
      { timeouts, maxCheckedOut, maxWaiting, maxWaitMs, size },
      { timeouts: 1, maxCheckedOut: 10, maxWaiting: 4, maxWaitMs: 30_001, size: 10 },
    );
  });

  it('has the name that poolName gives, and the limits of 6.x', () => {
    const [shop, other] = foldedPools([
      'DEBUG com.zaxxer.hikari.pool.HikariPool - shop - Pool stats (total=10/20, idle=0/10, active=10, waiting=4)',
      'DEBUG com.zaxxer.hikari.pool.HikariPool - other - After cleanup  stats (total=5, active=1, idle=4, waiting=0)',
    ]).totals();
    assert.deepEqual([shop?.name, shop?.size, shop?.checkedOut], ['shop', 20, 10]);
    assert.deepEqual([other?.name, other?.size, other?.checkedOut], ['other', 5, 1]);
  });

  it('reads the old words, and names what its leak detection found', () => {
    const books = foldedPools([
      'DEBUG Before cleanup pool HikariPool-0 stats (total=10, inUse=2, avail=8, waiting=0)',
      'WARN com.zaxxer.hikari.pool.ProxyLeakTask - Connection leak detection triggered for org.postgresql.jdbc.PgConnection@1b2c on thread main, stack trace follows',
      'java.lang.Exception: Apparent connection leak detected',
    ]);
    const [pool] = books.totals();
    assert.deepEqual(
      [books.totals().length, pool?.name, pool?.checkedOut, pool?.leaksDetected],
      [1, 'HikariPool-0', 2, 1],
    );
  });
});

describe('counters in any order (lines from documents and sources)', () => {
  const cases: readonly (readonly [
    line: string,
    kind: string,
    size: number,
    out: number,
    waiting?: number,
  ])[] = [
    ['[Read-before] Pool stats - Total: 150, Idle: 50, Acquired: 100, Constructing: 0', 'pgxpool', 150, 100],
    [
      '2009/11/10 23:00:00 [WARN] [Read] Pool unhealthy - no idle connections - Total: 8, Idle: 0, Acquired: 8, Constructing: 0',
      'pgxpool',
      ...([8, 8] as const),
    ],
    [
      '2009/11/10 23:00:00 [DEBUG] [Read] Pool details - Total: 8, Idle: 7, Acquired: 1, Constructing: 0, Healthy: true',
      'pgxpool',
      ...([8, 1] as const),
    ],
    [
      'level=info msg="pgxpool stats" acquired_conns=3 idle_conns=2 total_conns=5 max_conns=20 constructing_conns=0',
      'pgxpool',
      ...([20, 3] as const),
    ],
    [
      "INFO:root:Pool status: {'pool_size': 5, 'checked_in': 2, 'checked_out': 3, 'overflow': -2}",
      'sqlalchemy',
      ...([5, 3] as const),
    ],
    ['DB Pool Stats - Total: 10, Idle: 4, Waiting: 2', 'node-postgres', 10, 6, 2],
    ['pool { totalCount: 10, idleCount: 4, waitingCount: 2 }', 'node-postgres', 10, 6, 2],
    [
      '{"level":30,"time":1763633371162,"pid":77,"msg":"pool stats","total":10,"idle":4,"waiting":2}',
      'node-postgres',
      10,
      6,
      2,
    ],
    ['{"msg":"stats","pool":{"totalCount":10,"idleCount":4,"waitingCount":2}}', 'node-postgres', 10, 6, 2],
  ];
  for (const [line, kind, size, out, waiting] of cases)
    it(line, () => {
      const pool = onlyPool([line]);
      assert.deepEqual(
        [pool.kind, pool.size, pool.checkedOut, pool.maxWaiting, pool.samples],
        [kind, size, out, waiting, 1],
      );
    });

  for (const line of [
    'INFO: swimming pool opens at 10: max 20 guests',
    'GET /pool?total=3 200',
    'thread pool executor: active=3, idle=2',
    'ThreadPool active=3 idle=2',
    'redis pool: total=3 idle=2',
    'connection received: host=127.0.0.1 port=5432',
    'SELECT * FROM pool WHERE size = 3',
  ])
    it(`leaves alone: ${line}`, () => {
      assert.deepEqual(foldedPools([line]).totals(), []);
    });
});

describe('a checkout that was given up (lines from sources)', () => {
  const cases: readonly (readonly [line: string, kind: string, most?: number, waitMs?: number])[] = [
    [
      "Npgsql.NpgsqlException: The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds) in your connection string.",
      'npgsql',
      100,
      15_000,
    ],
    ["psycopg_pool.PoolTimeout: couldn't get a connection after 30.00 sec", 'psycopg', undefined, 30_000],
    ['psycopg2.pool.PoolError: connection pool exhausted', 'psycopg'],
    [
      'ActiveRecord::ConnectionTimeoutError (could not obtain a connection from the pool within 5.000 seconds (waited 5.002 seconds); all pooled connections were in use)',
      'activerecord',
      undefined,
      5002,
    ],
    [
      'Timed out fetching a new connection from the connection pool. (More info: http://pris.ly/d/connection-pool (Current connection pool timeout: 10, connection limit: 5))',
      'prisma',
      5,
      10_000,
    ],
    ['Error: pool timed out while waiting for an open connection', 'sqlx'],
    ['Error: timeout exceeded when trying to connect', 'node-postgres'],
  ];
  for (const [line, kind, most, waitMs] of cases)
    it(line, () => {
      const pool = onlyPool([line]);
      assert.deepEqual(
        [pool.kind, pool.timeouts, pool.maxCheckedOut, pool.maxWaitMs],
        [kind, 1, most, waitMs],
      );
    });
});
