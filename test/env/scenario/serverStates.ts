import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freshDirectory, startServer, type Server } from '../servers.ts';
import { giveToServerUser, serverUser } from '../serverUser.ts';
import type { Crowd } from './crowd.ts';
import type { FailureLedger } from './failureLedger.ts';
import { logDestinations, logText } from './logFiles.ts';
import { until } from './until.ts';
import { Refusal } from './visitor.ts';

const app = { user: 'app', database: 'postgres' };

/** A server that lets nobody in because of the state it is in, and a standby that ends sessions. */
export async function serverStates(ledger: FailureLedger): Promise<void> {
  const observer = await ledger.crowd.observer();
  await observer.query('create role app login');
  await observer.query('create database doomed');
  await observer.query('create table held (n int)');
  await observer.query('grant select on held to app');
  await observer.query('checkpoint');
  await recovering(ledger);
  await stopping(ledger);
  await starting(ledger);
  await standbyWithoutPrimary(ledger);
  await standbyOfNobody(ledger);
  await standby(ledger);
}

/** Comes until it is turned away, and says by which kind. */
async function knockUntilRefused(ledger: FailureLedger, kind: string): Promise<void> {
  const refusal = await until(`a login is refused as ${kind}`, async () => {
    const outcome = await ledger.crowd.knock(app).catch(() => undefined);
    if (outcome instanceof Refusal) return outcome;
    await outcome?.leave();
    return undefined;
  });
  ledger.refusal(kind, refusal);
}

/** After a crash the server waits for a backend that cannot hear that it must end. */
async function recovering(ledger: FailureLedger): Promise<void> {
  const { crowd, server } = ledger;
  const deaf = await crowd.connect(app);
  const { pid } = await crowd.connect(app);
  const name = server.major >= 18 ? 'client backend' : 'server process';
  process.kill(deaf.pid, 'SIGSTOP');
  ledger.problem('crash', `${name} (PID ${pid}) was terminated by signal 9: Killed`);
  process.kill(pid, 'SIGKILL');
  await Promise.all(crowd.open.filter((each) => each !== deaf).map(({ closed }) => closed));
  await knockUntilRefused(ledger, 'startingUp');
  process.kill(deaf.pid, 'SIGCONT');
  await deaf.closed;
  await until('the server is up again', async () => {
    const outcome = await crowd.knock(app).catch(() => undefined);
    if (outcome instanceof Refusal) ledger.refusal('startingUp', outcome);
    return outcome === undefined || outcome instanceof Refusal ? undefined : true;
  });
}

/** A smart stop waits for those who are in. */
async function stopping(ledger: FailureLedger): Promise<void> {
  const { crowd, server } = ledger;
  const stopped = server.stop('smart');
  await knockUntilRefused(ledger, 'shuttingDown');
  await leaveAll(crowd);
  await stopped;
}

/** It waits for its archive. */
async function starting(ledger: FailureLedger): Promise<void> {
  const { server } = ledger;
  signalFile(server, 'recovery.signal');
  server.configure({ restore_command: 'sleep 0.3; false' });
  const started = server.start();
  await knockUntilRefused(ledger, 'startingUp');
  await started;
  server.configure({ restore_command: '' });
  await awaitPrimary(ledger.crowd);
  // what it will have to recover as a standby
  await (await ledger.crowd.observer()).query('create table late (n int)');
  await leaveAll(ledger.crowd);
  await server.stop('immediate');
}

async function standbyWithoutPrimary(ledger: FailureLedger): Promise<void> {
  const { server } = ledger;
  signalFile(server, 'standby.signal');
  server.configure({ hot_standby: 'off' });
  const started = server.start('standby').catch(() => undefined);
  // until its recovery has begun, it is only starting
  await until('nobody is let in for good', async () => {
    const outcome = await ledger.crowd.knock(app).catch(() => undefined);
    if (!(outcome instanceof Refusal)) return undefined;
    const isForGood = outcome.message === 'the database system is not accepting connections';
    ledger.refusal(isForGood ? 'noHotStandby' : 'startingUp', outcome);
    return isForGood || server.major < 14 ? true : undefined;
  });
  await server.stop('fast');
  await started;
  server.configure({ hot_standby: 'on' });
}

/** Its primary does not answer, and it does not ask again soon. */
async function standbyOfNobody(ledger: FailureLedger): Promise<void> {
  const { crowd, server } = ledger;
  server.configure({
    primary_conninfo: 'host=127.0.0.1 port=1 user=postgres',
    wal_retrieve_retry_interval: '1h',
  });
  await server.start();
  const told = 'could not connect to the primary server';
  const message = server.major >= 18 ? `streaming replication receiver "walreceiver" ${told}` : told;
  const { formats, isCollected } = await logDestinations(await crowd.observer());
  // it asks twice before it waits
  await until('it has asked', () =>
    logText(server, formats[0]!, isCollected).split(told).length > 2 ? true : undefined,
  );
  for (const _time of [1, 2]) ledger.problem('walReceiver', message);
  await leaveAll(crowd);
  await server.stop();
  server.configure({ wal_retrieve_retry_interval: '5s' });
}

/** Its primary drops what sessions of the standby use. */
async function standby(ledger: FailureLedger): Promise<void> {
  const { crowd, server } = ledger;
  const primary = await copyOf(server);
  try {
    server.configure({
      primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres`,
      max_standby_streaming_delay: '0',
    });
    await server.start();
    const conflicting = await crowd.connect(app);
    await conflicting.query('begin');
    await conflicting.query('select * from held');
    const dropped = await crowd.connect({ user: 'app', database: 'doomed' });
    const { Client } = await import('pg').then(({ default: pg }) => pg);
    const administrator = new Client(primary.clientConfig());
    await administrator.connect();
    await administrator.query('drop table held');
    await ledger.thrownOut('recoveryConflict', conflicting);
    await administrator.query('drop database doomed');
    await ledger.thrownOut('databaseDropped', dropped);
    await administrator.end();
    const observer = await crowd.observer();
    await observer.query('select pg_promote()');
    await awaitPrimary(crowd);
  } finally {
    await primary.dispose();
  }
}

/** Waits until the server has recovered all, or was promoted. */
async function awaitPrimary(crowd: Crowd): Promise<void> {
  const observer = await crowd.observer();
  await until('the server is no standby any more', async () => {
    const [row] = await observer.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
    return row?.standby === true ? undefined : true;
  });
}

/** A primary with the same data, for a server that is stopped. */
async function copyOf(server: Server): Promise<Server> {
  const dataDirectory = join(freshDirectory('p'), 'data');
  execFileSync('cp', ['-R', server.dataDirectory, dataDirectory], { ...serverUser, cwd: '/' });
  for (const name of ['standby.signal', 'recovery.signal', 'log'])
    rmSync(join(dataDirectory, name), { recursive: true, force: true });
  const locale = server.major === 15 ? 'C.UTF-8' : undefined;
  return startServer({ major: server.major, logTo: 'file', dataDirectory, locale });
}

function signalFile(server: Server, name: string): void {
  const path = join(server.dataDirectory, name);
  writeFileSync(path, '');
  giveToServerUser(path);
}

async function leaveAll(crowd: Crowd): Promise<void> {
  for (const visitor of crowd.open) await visitor.leave();
}
