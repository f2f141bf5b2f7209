import { poolerVersion, startPooler } from '../env/pooler.ts';
import { summaryByCommand } from '../env/scenario/product.ts';
import { assertPoolerTells } from '../env/scenario/poolerComparison.ts';
import { PoolerCrowd } from '../env/scenario/poolerCrowd.ts';
import { castForPooler, databasesOf, poolerStories } from '../env/scenario/poolerStories.ts';
import { newestMajor, startServer, type Server } from '../env/servers.ts';

describe('the log of a real PgBouncer', () => {
  let server: Server;

  before(async function () {
    if (poolerVersion() === undefined) return this.skip();
    server = await startServer({ major: newestMajor(), logTo: 'file' });
    await castForPooler(server);
  });
  after(() => (server as Server | undefined)?.dispose());

  for (const name of ['everyday', 'refused', 'ended', 'restarted']) {
    it(`tells what its clients did: ${name}`, async () => {
      const story = poolerStories(server)[name]!;
      const pooler = await startPooler(server, databasesOf(story), story.settings);
      try {
        const crowd = new PoolerCrowd(pooler);
        await story.play(crowd);
        const truth = await crowd.atRest();
        assertPoolerTells(await summaryByCommand([pooler.logFile]), truth);
        for (const client of crowd.open) client.socket.destroy();
      } finally {
        await pooler.dispose();
      }
    });
  }
});
