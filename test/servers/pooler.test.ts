import { poolerVersion, startPooler } from '../env/pooler.ts';
import { summaryOfNamed } from '../env/scenario/product.ts';
import { assertPoolerTells } from '../env/scenario/poolerComparison.ts';
import { PoolerCrowd } from '../env/scenario/poolerCrowd.ts';
import { castForPooler, databasesOf, poolerStories } from '../env/scenario/poolerStories.ts';
import { newestMajor, startServer, type Server } from '../env/servers.ts';
import { itTogether } from './itTogether.ts';

describe('the log of a real PgBouncer', () => {
  let server: Server;

  before(async function () {
    if (poolerVersion() === undefined) return this.skip();
    server = await startServer({ major: newestMajor(), logTo: 'file' });
    await castForPooler(server);
  });
  after(() => (server as Server | undefined)?.dispose());

  const tells = async (name: string): Promise<void> => {
    const story = poolerStories(server)[name]!;
    const pooler = await startPooler(server, databasesOf(story), story.settings);
    try {
      const crowd = new PoolerCrowd(pooler);
      await story.play(crowd);
      const truth = await crowd.atRest();
      assertPoolerTells(await summaryOfNamed([pooler.logFile]), truth);
      for (const client of crowd.open) client.socket.destroy();
    } finally {
      await pooler.dispose();
    }
  };
  itTogether(
    Object.fromEntries(
      ['everyday', 'refused', 'ended', 'restarted'].map((name) => [
        `tells what its clients did: ${name}`,
        () => tells(name),
      ]),
    ),
  );
});
