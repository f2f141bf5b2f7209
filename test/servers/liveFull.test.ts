import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type pg from 'pg';

import { isClientBackend } from '../../src/core/server/activity.ts';
import { ownApplicationName } from '../../src/sources/logging/ownName.ts';
import { ServerProblem, type LiveServer } from '../../src/sources/server/liveServer.ts';
import { eachAtOnce } from '../env/scenario/visits.ts';
import { WireClient } from '../env/scenario/wire.ts';
import { testedMajors, newestMajor, type Server } from '../env/servers.ts';
import { itTogether } from './itTogether.ts';
import { inWorld, untilTrue } from './liveWorld.ts';

const problemOf = (live: LiveServer): Promise<ServerProblem> =>
  live.poll().then(
    () => assert.fail('it was let in'),
    (error: unknown) => {
      assert.ok(error instanceof ServerProblem, String(error));
      return error;
    },
  );

const noneOfOurs = `count(*) = 0 FROM pg_stat_activity WHERE application_name = '${ownApplicationName}'`;
const oneOfOurs = `count(*) = 1 FROM pg_stat_activity WHERE application_name = '${ownApplicationName}'`;

/** The statements that our sessions have run, by the server's own log. */
function statementsIn(server: Server): string[] {
  const lines = readFileSync(server.logFile, 'utf8').split('\n');
  return lines.filter(
    (line) => line.includes(`app=${ownApplicationName} `) && / LOG: {2}(?:statement|execute)/.test(line),
  );
}

describe('a live server in trouble, and its watcher', () => {
  itTogether({
    ...Object.fromEntries(
      testedMajors().map((major) => [
        `is full at the next poll, and well again after it, on PostgreSQL ${major}`,
        () =>
          inWorld(
            {
              major,
              settings: { max_connections: '8', superuser_reserved_connections: '2' },
            },
            async (world) => {
              const admin = await world.client();
              await admin.query('CREATE ROLE plain LOGIN');
              const clients: pg.Client[] = [];
              // the admin has one of the eight, two are reserved
              for (let count = 0; count < 5; count++) clients.push(await world.client({ user: 'plain' }));
              const live = world.watch('plain');
              const problem = await problemOf(live);
              assert.equal(problem.kind, 'full');
              assert.match(
                problem.message,
                /^127\.0\.0\.1:\d+ is full \(.*\): end sessions that nobody needs/,
              );
              await clients[0]!.end();
              await untilTrue(admin, 'count(*) = 5 FROM pg_stat_activity WHERE backend_type = $1', [
                'client backend',
              ]);
              const sample = await live.poll();
              assert.equal(sample.backends.filter(isClientBackend).length, 5);
            },
          ),
      ]),
    ),
    'is full also for a superuser, when the reserved slots are taken': () =>
      inWorld(
        {
          major: newestMajor(),
          settings: { max_connections: '5', superuser_reserved_connections: '1' },
        },
        async (world) => {
          for (let count = 0; count < 5; count++) await world.client();
          const problem = await problemOf(world.watch());
          assert.deepEqual([problem.kind, /too many clients already/.test(problem.message)], ['full', true]);
        },
      ),
    'is polled on after a restart, with its new facts': () =>
      inWorld({ major: newestMajor() }, async (world) => {
        const live = world.watch();
        const first = await live.poll();
        await world.server.stop();
        assert.equal((await problemOf(live)).kind, 'noServer');
        world.server.configure({ max_connections: '37' });
        await world.server.start();
        const second = await live.poll();
        assert.equal(second.facts.maxConnections, 37);
        assert.ok(second.facts.startedAt > first.facts.startedAt);
        await world.server.restart('immediate');
        assert.ok(
          (await live.poll()).facts.startedAt > second.facts.startedAt,
          'without a failing poll in between',
        );
      }),
    'is polled on when an administrator ends our session, or a poll takes too long': () =>
      inWorld({ major: newestMajor() }, async (world) => {
        const admin = await world.client();
        const live = world.watch();
        const { facts } = await live.poll();
        await admin.query('SELECT pg_terminate_backend($1)', [facts.ownPid]);
        const { facts: next } = await live.poll();
        assert.notEqual(next.ownPid, facts.ownPid);
        if (process.platform !== 'linux') return;
        process.kill(next.ownPid, 'SIGSTOP');
        try {
          const problem = await problemOf(live);
          assert.deepEqual(
            [problem.kind, /does not answer in time/.test(problem.message)],
            ['unreachable', true],
          );
        } finally {
          process.kill(next.ownPid, 'SIGCONT');
        }
        assert.notEqual((await live.poll()).facts.ownPid, next.ownPid);
        await untilTrue(admin, oneOfOurs);
      }),
    'holds one connection, and none before the first poll and after its end': () =>
      inWorld({ major: newestMajor() }, async (world) => {
        const admin = await world.client();
        const live = world.watch();
        await untilTrue(admin, noneOfOurs);
        await Promise.all([
          live.poll(),
          live.poll(),
          live.preview({ kind: 'idleLongerThan', minutes: 1 }),
          live.poll(),
        ]);
        await untilTrue(admin, oneOfOurs);
        await live.close();
        await live.close();
        await untilTrue(admin, noneOfOurs);
        await assert.rejects(live.poll(), /was closed/);
        const other = world.watch();
        const underWay = other.poll().catch(() => 'ended');
        await other.close();
        await underWay;
        await untilTrue(admin, noneOfOurs);
      }),
    'ends at once where the server does not answer': () =>
      inWorld({ major: newestMajor() }, async (world) => {
        if (process.platform !== 'linux') return 'skip';
        const live = world.watch();
        const { facts } = await live.poll();
        process.kill(facts.ownPid, 'SIGSTOP');
        const poll = live.poll().catch((error: unknown) => error);
        await live.close();
        assert.ok((await poll) instanceof ServerProblem);
        process.kill(facts.ownPid, 'SIGCONT');
        const silent = createServer(() => undefined).listen(0, '127.0.0.1');
        await once(silent, 'listening');
        const { port } = silent.address() as AddressInfo;
        const uri = `postgres://a@127.0.0.1:${port}/?connect_timeout=60`;
        const connecting = world.watchAt({ uri, environment: {} });
        const first = connecting.poll().catch((error: unknown) => error);
        await once(silent, 'connection');
        await connecting.close();
        assert.ok((await first) instanceof ServerProblem);
        silent.close();
        return undefined;
      }),
    'asks four statements a poll and one more once a minute, read-only': () =>
      inWorld(
        {
          major: newestMajor(),
          settings: { log_statement: 'all', log_line_prefix: '%m [%p] app=%a ' },
        },
        async (world) => {
          const live = world.watch();
          await live.poll();
          const setUp = statementsIn(world.server).length;
          for (let count = 0; count < 10; count++) await live.poll();
          const statements = statementsIn(world.server);
          // a batch is logged as one message: its statements are counted in its text, which goes on over lines
          const text = readFileSync(world.server.logFile, 'utf8');
          const batches = text.split('BEGIN TRANSACTION READ ONLY').slice(1);
          assert.equal(batches.length, 11);
          assert.equal(statements.length - setUp, 10, 'one message a poll');
          for (const batch of batches.slice(1)) assert.equal(batch.match(/;$/gm)?.length, 3, batch);
          assert.equal(batches[0]!.match(/;$/gm)?.length, 4);
        },
      ),
    'sees a thousand sessions': () =>
      inWorld(
        {
          major: newestMajor(),
          settings: { max_connections: '1010', shared_buffers: '16MB', max_wal_senders: '0' },
        },
        async (world) => {
          const crowd: WireClient[] = [];
          await eachAtOnce(1000, async (number) => {
            const client = await WireClient.open(world.server, process.platform !== 'win32');
            client.startup({
              user: 'postgres',
              database: 'postgres',
              application_name: `app ${number % 20}`,
            });
            await client.awaitMessage('Z');
            crowd.push(client);
          });
          const sample = await world.watch().poll();
          assert.equal(sample.backends.filter(isClientBackend).length, 1000);
          assert.equal(new Set(sample.backends.map(({ pid }) => pid)).size, sample.backends.length);
          // the server ends them all at once, in a fraction of the time
          await world.server.stop('immediate');
          await Promise.all(crowd.map(({ closed }) => closed));
        },
      ),
  });
});
