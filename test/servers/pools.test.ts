import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { assertPoolsTell, poolsToldBy } from '../env/pools/poolComparison.ts';
import {
  logFormats,
  playPoolStories,
  poolStories,
  sqlalchemyVersion,
  type PoolRun,
  type PoolTruth,
} from '../env/pools/sqlalchemy.ts';
import { freshDirectory, newestMajor, startServer, type Server } from '../env/servers.ts';

type Run = Omit<PoolRun, 'logFile'>;

describe('the log of a real SQLAlchemy', () => {
  let server: Server;
  let directory: string;
  let truths: readonly PoolTruth[][];

  const single = poolStories.flatMap((story): Run[] =>
    (story === 'nested' ? logFormats : (['timed', 'default'] as const)).map((format) => ({
      story,
      format,
      processes: 1,
    })),
  );
  const three = (['pid', 'json'] as const).map((format): Run => ({ story: 'nested', format, processes: 3 }));
  const runs = [...single, ...three];
  const logFileOf = ({ story, format, processes }: Run): string =>
    join(directory, `${story}-${format}-${processes}.log`);

  before(async function () {
    if (sqlalchemyVersion() === undefined) return this.skip();
    server = await startServer({ major: newestMajor(), logTo: 'file' });
    directory = freshDirectory('p');
    truths = await playPoolStories(
      server,
      runs.map((run) => ({ ...run, logFile: logFileOf(run) })),
    );
  });
  after(async () => {
    await (server as Server | undefined)?.dispose();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  const truthsOf = (run: Run): readonly PoolTruth[] => truths[runs.indexOf(run)]!;

  for (const run of single)
    it(`tells what its pool did: ${run.story}, ${run.format}`, async () => {
      assertPoolsTell(await poolsToldBy(logFileOf(run)), truthsOf(run), run.story);
    });

  for (const run of three)
    it(`keeps the pools of three processes apart: ${run.format}`, async () => {
      const told = await poolsToldBy(logFileOf(run));
      assertPoolsTell(told, truthsOf(run), 'nested');
      assert.deepEqual(
        told.pools.map(({ process }) => Number(process)).sort(),
        truthsOf(run)
          .map(({ process }) => process)
          .sort(),
      );
    });
});
