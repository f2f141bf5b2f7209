import { castAll, castStrangers, strangers } from './cast.ts';
import type { Crowd } from './crowd.ts';
import { refusedAfterAuthorization, refusedAtTheDoor, refusedReplication } from './refusals.ts';
import { until } from './until.ts';
import { Refusal } from './visitor.ts';
import { comeAndGo, loginOf, stay } from './visits.ts';

/** People of all names come and go, some are refused, some are thrown out, a dozen stay. */
export async function lively(crowd: Crowd, connects: number): Promise<void> {
  await castAll(await crowd.observer());
  await Promise.all([comeAndGo(crowd, connects), turnAway(crowd, connects < 100 ? 1 : 2)]);
  await throwOut(crowd);
  await stay(crowd, 12);
}

/** Every kind of refusal, so many times. */
export async function turnAway(crowd: Crowd, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const login of [...refusedAtTheDoor, ...refusedAfterAuthorization]) await crowd.refused(login);
  }
}

/** Two sessions ended by the administrator, one of them in a query, and one by a timeout. */
async function throwOut(crowd: Crowd): Promise<void> {
  const observer = await crowd.observer();
  const [idle, busy, late] = await stay(crowd, 3);
  const query = busy!.query('select pg_sleep(60)').catch(() => undefined);
  await until('the query runs', async () => {
    const sleeping = 'select 1 from pg_stat_activity where pid = $1 and wait_event = $2';
    return (await observer.query(sleeping, [busy!.pid, 'PgSleep'])).length === 1 ? true : undefined;
  });
  for (const { pid } of [idle!, busy!]) await observer.query('select pg_terminate_backend($1)', [pid]);
  await late!.query('set idle_in_transaction_session_timeout = 20');
  await late!.query('begin');
  await Promise.all([query, idle!.closed, busy!.closed, late!.closed]);
}

/**
 * Logins come until no slot is left, at first for ordinary roles, then for anybody: one refusal follows `connection
 * authorized`, the other does not. Before that everything else that is refused so late; after it places are free.
 */
export async function fullHouse(crowd: Crowd): Promise<void> {
  const before = new Set(crowd.open);
  for (const login of [loginOf(0), { application: 'psql' }]) {
    while (!((await crowd.knock(login)) instanceof Refusal));
  }
  const guests = crowd.open.filter((visitor) => !before.has(visitor));
  await Promise.all(guests.slice(3).map((visitor) => visitor.leave()));
  await turnAway(crowd, 1);
}

/** Names that look like parts of the log, and statements that look like lines of it. */
export async function strangeNames(crowd: Crowd): Promise<void> {
  await castStrangers(await crowd.observer());
  for (const login of strangers) {
    const visitor = await crowd.connect(login);
    const forged = 'LOG:  connection authorized: user=nobody database=shop';
    await visitor
      .query(`select 1 / 0 -- \n2026-01-01 00:00:00.000 UTC [1] ${forged}\n${forged}`)
      .catch(() => undefined);
    await visitor.leave();
  }
  for (const login of strangers) await crowd.connect(login);
}

/** Walsenders of both kinds, one that stays, and some that are refused, among a few ordinary clients. */
export async function replication(crowd: Crowd): Promise<void> {
  await castAll(await crowd.observer());
  await stay(crowd, 2);
  for (const kind of ['true', 'database'] as const) {
    const walsender = await crowd.connect({ replication: kind, application: 'standby 1' });
    await walsender.query('IDENTIFY_SYSTEM');
    await walsender.leave();
  }
  await crowd.connect({ replication: 'database', application: 'standby 2' });
  for (const login of refusedReplication) await crowd.refused(login);
}

/** In the middle `log_disconnections` is turned off: those who come later go unseen. */
export async function options(crowd: Crowd): Promise<void> {
  const observer = await crowd.observer();
  await castAll(observer);
  await comeAndGo(crowd, 6);
  await stay(crowd, 3);
  crowd.server.configure({ log_disconnections: 'off' });
  crowd.server.reload();
  await until('new sessions have log_disconnections off', async () => {
    const visitor = await crowd.connect(loginOf(1));
    await visitor.leave();
    return visitor.endIsLogged ? undefined : true;
  });
  await comeAndGo(crowd, 6);
  const [ended] = await stay(crowd, 3);
  await observer.query('select pg_terminate_backend($1)', [ended!.pid]);
  await ended!.closed;
}
