import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertPoolsTell, poolsToldBy } from '../env/pools/poolComparison.ts';
import { logFormats, playPoolStory, poolStories, sqlalchemyVersion } from '../env/pools/sqlalchemy.ts';
import { freshDirectory, newestMajor, startServer, type Server } from '../env/servers.ts';

describe('the log of a real SQLAlchemy', () => {
  let server: Server;
  let directory: string;

  before(async function () {
    if (sqlalchemyVersion() === undefined) return this.skip();
    server = await startServer({ major: newestMajor(), logTo: 'file' });
    directory = freshDirectory('p');
  });
  after(async () => {
    await (server as Server | undefined)?.dispose();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  for (const story of poolStories)
    for (const format of story === 'nested' ? logFormats : (['timed', 'default'] as const))
      it(`tells what its pool did: ${story}, ${format}`, async () => {
        const logFile = join(directory, `${story}-${format}.log`);
        const truths = await playPoolStory(server, { story, format, logFile });
        assertPoolsTell(await poolsToldBy(logFile), truths, story);
      });

  for (const format of ['pid', 'json'] as const)
    it(`keeps the pools of three processes apart: ${format}`, async () => {
      const logFile = join(directory, `three-${format}.log`);
      const truths = await playPoolStory(server, { story: 'nested', format, logFile, processes: 3 });
      const told = await poolsToldBy(logFile);
      assertPoolsTell(told, truths, 'nested');
      assert.deepEqual(
        told.pools.map(({ process }) => Number(process)).sort(),
        truths.map(({ process }) => process).sort(),
      );
    });
});
