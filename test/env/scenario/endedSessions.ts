import { logDestinations, logText } from './logFiles.ts';
import type { FailureLedger } from './failureLedger.ts';
import { until } from './until.ts';
import { int32, type WireClient } from './wire.ts';

const app = { user: 'app', database: 'postgres' };

/** Every way in which a server ends a session, and in which a client leaves one without a goodbye. */
export async function endedSessions(ledger: FailureLedger): Promise<void> {
  await (await ledger.crowd.observer()).query('create role app login');
  await thrownOut(ledger);
  await talkedNonsense(ledger);
  await wentAway(ledger);
  await survived(ledger);
  for (const [signal, text] of [
    ['SIGKILL', '9: Killed'],
    ['SIGABRT', '6: Aborted'],
    ['SIGSEGV', '11: Segmentation fault'],
  ] as const)
    await crash(ledger, signal, text);
}

async function thrownOut(ledger: FailureLedger): Promise<void> {
  const { crowd } = ledger;
  const observer = await crowd.observer();
  const visitor = await crowd.connect(app);
  await observer.query('select pg_terminate_backend($1)', [visitor.pid]);
  await ledger.thrownOut('administratorCommand', visitor);
  const timeouts = [
    { since: 12, setting: 'idle_in_transaction_session_timeout', kind: 'idleInTransactionTimeout' },
    { since: 14, setting: 'idle_session_timeout', kind: 'idleSessionTimeout' },
    { since: 17, setting: 'transaction_timeout', kind: 'transactionTimeout' },
  ];
  for (const { since, setting, kind } of timeouts) {
    if (ledger.server.major < since) continue;
    const idle = await crowd.connect(app);
    await idle.query(`set ${setting} = 30`);
    if (kind !== 'idleSessionTimeout') await idle.query('begin').catch(() => undefined);
    await ledger.thrownOut(kind, idle);
  }
}

async function talkedNonsense(ledger: FailureLedger): Promise<void> {
  await ledger.ended('protocolViolation', (client) => {
    client.send('\u0007', 'nonsense');
  });
  await ledger.ended(
    'protocolViolation',
    async (client) => {
      await run(client, 'create temp table kept (line text)');
      client.send('Q', 'copy kept from stdin\0');
      await client.awaitMessage('G');
      client.hangUp();
    },
    { message: 'terminating connection because protocol synchronization was lost', sqlState: '08P01' },
  );
}

/** Of most of them the log tells why the session ends, before it tells that it does. */
async function wentAway(ledger: FailureLedger): Promise<void> {
  const lost = { message: 'connection to client lost', sqlState: '08006' };
  const leaveWhileServed = async (client: WireClient): Promise<void> => {
    client.send('Q', `select repeat('x', 1000) from generate_series(1, 100000)\0`);
    await client.awaitMessage('D');
    client.reset();
  };
  await ledger.ended('connectionLost', leaveWhileServed, lost);
  await ledger.left(async (client) => {
    await run(client, 'begin');
    client.hangUp();
  });
  await ledger.left((client) => {
    client.reset();
  });
  for (const bytes of [
    Buffer.from('Q\0\0'),
    Buffer.concat([Buffer.from('Q'), int32(100), Buffer.from('select')]),
    Buffer.concat([Buffer.from('Q'), int32(2), Buffer.from('select')]),
  ])
    await ledger.left((client) => {
      client.write(bytes);
      client.hangUp();
    });
}

/** Errors that only sound like more: each session goes on. */
async function survived({ crowd }: FailureLedger): Promise<void> {
  const visitor = await crowd.connect(app);
  for (const statement of [
    'set statement_timeout = 20',
    'select pg_sleep(60)',
    'reset statement_timeout',
    `do $$ begin raise exception 'called \`Option::unwrap()\` on a \`None\` value'; end $$`,
    `do $$ begin raise exception 'could not load library "x": no'; end $$`,
    `do $$ begin raise log 'could not receive data from client: no'; end $$`,
    `do $$ begin raise exception 'terminating connection due to administrator command'; end $$`,
  ])
    await visitor.query(statement).catch(() => undefined);
  await visitor.leave();
}

async function crash(ledger: FailureLedger, signal: NodeJS.Signals, text: string): Promise<void> {
  const { crowd, server } = ledger;
  const { formats, isCollected } = await logDestinations(await crowd.observer());
  const recoveries = (): number =>
    logText(server, formats[0]!, isCollected).split('database system is ready to accept').length;
  const before = recoveries();
  const { pid } = await crowd.connect(app);
  await crowd.connect(app);
  const name = server.major >= 18 ? 'client backend' : 'server process';
  ledger.problem('crash', `${name} (PID ${pid}) was terminated by signal ${text}`);
  process.kill(pid, signal);
  await Promise.all(crowd.open.map(({ closed }) => closed));
  await until('the server has recovered', () => (recoveries() > before ? true : undefined));
}

async function run(client: WireClient, statement: string): Promise<void> {
  client.send('Q', `${statement}\0`);
  await client.awaitMessage('Z');
}
