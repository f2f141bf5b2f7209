import { randomPrefix } from '../core/randomPrefix.ts';
import { random } from '../core/serverLog.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import { Crowd } from '../env/scenario/crowd.ts';
import { lively } from '../env/scenario/everyday.ts';
import { summaryByEngine } from '../env/scenario/product.ts';
import { prefixes, startStage } from '../env/scenario/stories.ts';
import { until } from '../env/scenario/until.ts';
import { comeAndGo, stay } from '../env/scenario/visits.ts';
import { availableMajors, type Server } from '../env/servers.ts';

const reloaded = [
  prefixes.debian,
  prefixes.default,
  prefixes.rds,
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%n|%p|%e|',
  '%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ',
];

describe('a real server’s log, of which nothing is known', () => {
  let server: Server | undefined;
  const stage = async (major: number, prefix: string): Promise<Crowd> => {
    const settings = { log_line_prefix: prefix };
    server = await startStage({ major, formats: ['stderr'], logTo: 'file', settings });
    return new Crowd(server);
  };
  const assertLogTells = async (crowd: Crowd): Promise<void> => {
    const truth = await crowd.atRest();
    assertTells(await summaryByEngine([crowd.server.logFile]), truth);
  };
  afterEach(async () => {
    await server?.dispose();
    server = undefined;
  });

  for (const major of availableMajors()) {
    const prefix = randomPrefix(random(major));
    it(`is read right where PostgreSQL ${major} has the prefix ${JSON.stringify(prefix)}`, async () => {
      const crowd = await stage(major, prefix);
      await lively(crowd, 25);
      await assertLogTells(crowd);
    });
  }

  it('is read right where the prefix is changed and changed again', async () => {
    const crowd = await stage(availableMajors().at(-1) ?? 0, prefixes.default);
    await lively(crowd, 10);
    for (const prefix of reloaded) {
      crowd.server.configure({ log_line_prefix: prefix });
      crowd.server.reload();
      await until(`new sessions have the prefix ${prefix}`, async () => {
        const visitor = await crowd.connect();
        const [row] = await visitor.query<{ prefix: string }>(
          `select current_setting('log_line_prefix') as prefix`,
        );
        await visitor.leave();
        return row?.prefix === prefix ? true : undefined;
      });
      await comeAndGo(crowd, 8);
      await stay(crowd, 2);
    }
    await assertLogTells(crowd);
  });
});
