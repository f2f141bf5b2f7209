import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { giveToServerUser } from '../serverUser.ts';
import type { Crowd } from './crowd.ts';
import { logDestinations, logText } from './logFiles.ts';
import { until } from './until.ts';
import { comeAndGo, loginOf, stay } from './visits.ts';

/** Every timeout of the server that ends a session, as far as its version has it. */
export async function timeouts(crowd: Crowd): Promise<void> {
  const { major } = crowd.server;
  const settings: string[] = ['idle_in_transaction_session_timeout'];
  if (major >= 14) settings.push('idle_session_timeout');
  if (major >= 17) settings.push('transaction_timeout');
  for (const setting of settings) {
    const visitor = await crowd.connect(loginOf(4));
    await visitor.query(`set ${setting} = 30`);
    if (setting !== 'idle_session_timeout') await visitor.query('begin').catch(() => undefined);
    await visitor.closed;
  }
  await stay(crowd, 2);
}

/** Clients that vanish: in a transaction, in a query, with a reset. */
export async function lostClients(crowd: Crowd): Promise<void> {
  await stay(crowd, 2);
  const open = await crowd.connect(loginOf(0));
  await open.query('begin');
  await open.hangUp();
  for (const number of [1, 2]) await (await crowd.connect(loginOf(number))).reset();
  await crowd.connect(loginOf(5));
}

/** The main process is killed: idle backends notice it and say so. Then the server comes back. */
export async function postmasterKilled(crowd: Crowd): Promise<void> {
  await stay(crowd, 4);
  const everybody = crowd.open.map(({ closed }) => closed);
  await crowd.server.kill();
  await Promise.all(everybody);
  await crowd.server.start();
  await stay(crowd, 3);
}

/** Backends are ended by other signals than SIGKILL, each of which is a crash. */
export async function aborted(crowd: Crowd): Promise<void> {
  for (const signal of ['SIGABRT', 'SIGSEGV'] as const) {
    const { formats, isCollected } = await logDestinations(await crowd.observer());
    const recoveries = (): number =>
      logText(crowd.server, formats[0]!, isCollected).split('database system is ready to accept').length;
    const before = recoveries();
    const [victim] = await stay(crowd, 2);
    process.kill(victim!.pid, signal);
    await Promise.all(crowd.open.map(({ closed }) => closed));
    await until('the server has recovered', () => (recoveries() > before ? true : undefined));
  }
  await stay(crowd, 2);
}

/** The server goes on as a standby, and is promoted while sessions are open: they stay. */
export async function promotion(crowd: Crowd): Promise<void> {
  await stay(crowd, 2);
  await crowd.server.stop('fast');
  await Promise.all(crowd.open.map(({ closed }) => closed));
  const signal = join(crowd.server.dataDirectory, 'standby.signal');
  writeFileSync(signal, '');
  giveToServerUser(signal);
  crowd.server.configure({ hot_standby: 'on' });
  await crowd.server.start();
  await stay(crowd, 3);
  await (await crowd.connect(loginOf(0))).leave();
  const observer = await crowd.observer();
  await observer.query('select pg_promote()');
  await until('the server is no standby any more', async () => {
    const [row] = await observer.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
    return row!.standby ? undefined : true;
  });
  await comeAndGo(crowd, 3);
}

/** A second server is started on the same data directory: it fails, and nobody is lost. */
export async function secondStart(crowd: Crowd): Promise<void> {
  await stay(crowd, 3);
  await crowd.server.startSecond();
  await comeAndGo(crowd, 3);
}

/** Background work of all kinds, which is nobody's session: parallel workers, autovacuum, a checkpoint. */
export async function background(crowd: Crowd): Promise<void> {
  const observer = await crowd.observer();
  const [worker] = await stay(crowd, 2);
  await worker!
    .query('create table numbers as select generate_series(1, 200000) as n')
    .catch(() => undefined);
  await observer.query('create table numbers as select generate_series(1, 200000) as n');
  for (const text of [
    'analyze numbers',
    'set min_parallel_table_scan_size = 0',
    'set parallel_setup_cost = 0',
    'set parallel_tuple_cost = 0',
    'select count(*) from numbers where n % 7 = 3',
    'vacuum numbers',
    'checkpoint',
  ])
    await observer.query(text);
  await observer.query('select 1 / (n - 5) from numbers where n < 100000').catch(() => undefined);
  await comeAndGo(crowd, 4);
}

/** What a log says changes while sessions are open: its prefix, its zone, how much it tells. */
export function changed(
  settings: readonly Readonly<Record<string, string>>[],
): (crowd: Crowd) => Promise<void> {
  return async (crowd) => {
    for (const next of settings) {
      const before = await stay(crowd, 2);
      await comeAndGo(crowd, 2);
      const [name, value] = Object.entries(next)[0]!;
      crowd.server.configure(next);
      crowd.server.reload();
      await until(`${name} is ${value}`, async () => {
        const observer = await crowd.observer();
        const [row] = await observer.query<{ value: string }>('select current_setting($1) as value', [name]);
        return row!.value === value ? true : undefined;
      });
      await before[0]!.leave();
      await comeAndGo(crowd, 3);
    }
    await stay(crowd, 1);
  };
}

/** The files before the newest are gone: the log that is left begins when some are in already. */
export async function late(crowd: Crowd): Promise<void> {
  const stayed = await stay(crowd, 3);
  await comeAndGo(crowd, 3);
  await crowd.beginLog();
  await stayed[0]!.leave();
  await stay(crowd, 2);
  await comeAndGo(crowd, 3);
  await stayed[1]!.hangUp();
}
