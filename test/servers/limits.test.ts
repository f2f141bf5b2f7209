import assert from 'node:assert/strict';
import { defaultThresholds } from '../../src/core/server/finding.ts';
import { findingsOf } from '../../src/core/server/findings.ts';
import { limitsOf } from '../../src/core/server/limits.ts';
import { openServer } from '../../src/sources/server/liveServer.ts';
import { type Login, Visitor } from '../env/scenario/visitor.ts';
import { availableMajors, startServer } from '../env/servers.ts';

describe('limits of roles and databases', () => {
  for (const major of availableMajors())
    it(`count on PostgreSQL ${major} what the server itself counts when it refuses`, async () => {
      const server = await startServer({ major, logTo: 'file' });
      const live = openServer({
        uri: `postgresql://postgres@127.0.0.1:${server.port}/postgres`,
        environment: {},
      });
      try {
        const enter = async (login: Login) => {
          const visitor = new Visitor(server, login);
          return { visitor, refusal: await visitor.enter() };
        };
        const { visitor: admin } = await enter({});
        await admin.query('CREATE ROLE app LOGIN REPLICATION CONNECTION LIMIT 3');
        await admin.query('CREATE DATABASE shop CONNECTION LIMIT 3');
        const app = { user: 'app', database: 'shop' };
        await enter({ user: 'app', replication: 'true' });
        await enter(app);
        await enter(app);
        const sample = await live.poll();
        const role = limitsOf(sample).find(({ kind }) => kind === 'user');
        const kinds = findingsOf(sample, undefined, defaultThresholds).map(({ kind }) => kind);
        const { refusal } = await enter(app);
        // of the newest minor versions of all majors only 12 counts the walsender
        assert.deepEqual(
          [role?.name, role?.limit, role?.count, refusal?.trouble.sqlState, kinds.includes('roleLimit')],
          major === 12 ? ['app', 3, 3, '53300', true] : ['app', 3, 2, undefined, false],
        );
        const full = limitsOf(await live.poll()).map(({ kind, count }) => [kind, count]);
        assert.deepEqual(
          new Map(full as [string, number][]),
          new Map([
            ['user', 3],
            ['database', major === 12 ? 2 : 3],
          ]),
        );
        const last = await enter(app);
        assert.equal(last.refusal?.trouble.sqlState, '53300');
      } finally {
        await live.close();
        await server.dispose();
      }
    });
});
