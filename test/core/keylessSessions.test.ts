import assert from 'node:assert/strict';
import { folded, told } from './folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printStderr,
  received,
  says,
  type Client,
} from './serverLog.ts';

const client = (pid: number, user: string, database = 'shop'): Client => ({
  pid,
  user,
  database,
  host: '10.0.0.7',
  port: 5000 + pid,
  app: `app ${pid}`,
});
const at = (ms: number): number => dayAt + ms;
const begin = [
  background(1, at(-100), 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu'),
  background(1, at(-80), 'database system is ready to accept connections'),
];

describe('a log that tells neither process nor session', () => {
  for (const prefix of ['< %m >', '%t ', '%n %u@%d ']) {
    const fold = (records: Parameters<typeof printStderr>[1]) =>
      folded(printStderr(prefix, [...begin, ...records]));
    const open = (of: ReturnType<typeof fold>) =>
      [...of.state.book.sessions()].map(({ applicationName }) => applicationName);

    it(`ends the session that began when the disconnection says: ${prefix}`, () => {
      const [early, late, other] = [client(1, 'bob'), client(2, 'bob'), client(3, 'bob', 'other')];
      const log = fold([
        ...[early, late, other].flatMap((who, index) => [
          received(who, at(10_000 * index)),
          authorized(who, at(10_000 * index + 5)),
        ]),
        disconnected(late, at(60_000), 50_000),
      ]);
      assert.deepEqual(open(log), ['app 1', 'app 3']);
      assert.equal(log.activeIs, 'unknown');
    });

    it(`takes back the connect of a login that is refused after all: ${prefix}`, () => {
      const [bob, ghost, al] = [client(1, 'bob'), client(2, 'ghost'), client(3, 'al', 'shpo')];
      const log = fold([
        authorized(bob, at(0)),
        authorized(ghost, at(10)),
        authorized(al, at(11)),
        says({ ...ghost, app: '' }, at(12), 'FATAL', 'role "ghost" does not exist'),
        says({ ...al, app: '' }, at(13), 'FATAL', 'database "shpo" does not exist'),
      ]);
      assert.deepEqual(
        told(log).filter((event) => event !== 'restart'),
        ['connect bob@shop', 'failure ghost@shop', 'failure al@shpo'],
      );
      assert.deepEqual(open(log), ['app 1']);
    });

    it(`counts the disconnection of a session older than the log: ${prefix}`, () => {
      const bob = client(1, 'bob');
      const log = fold([authorized(bob, at(0)), disconnected(bob, at(5000), 600_000)]);
      assert.deepEqual(log.state.seen.totals.disconnects, 1);
      assert.deepEqual(open(log), ['app 1']);
    });

    it(`forgets all at a restart: ${prefix}`, () => {
      const bob = client(1, 'bob');
      const log = fold([
        authorized(bob, at(0)),
        background(1, at(100), 'starting PostgreSQL 17.2 on x'),
        authorized(bob, at(200)),
      ]);
      assert.equal(open(log).length, 1);
      assert.equal(log.state.seen.totals.lost, 1);
    });
  }
});
