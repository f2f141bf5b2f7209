import assert from 'node:assert/strict';
import { join } from 'node:path';

import { assertFollowsSchema } from '../core/schemas.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import { Crowd } from '../env/scenario/crowd.ts';
import { fullHouse, lively, turnAway } from '../env/scenario/everyday.ts';
import { logFiles } from '../env/scenario/logFiles.ts';
import { summaryByCommand } from '../env/scenario/product.ts';
import { prefixes, startStage, stories } from '../env/scenario/stories.ts';
import type { Truth } from '../env/scenario/truth.ts';
import { crash, fastRestart, immediateRestart, rotation } from '../env/scenario/upheavals.ts';
import type { LogFormat, Server } from '../env/servers.ts';

const formats: readonly LogFormat[] = ['stderr', 'csv', 'json'];
const connects = 500;

/** Compares the summary of each format, which the collector writes all at the same time, and of their folder. */
async function assertAllFormatsTell(server: Server, truth: Truth): Promise<void> {
  for (const format of formats) {
    const summary = await summaryByCommand(logFiles(server, format, true));
    assert.equal(summary.log.format, format);
    assertTells(summary, truth);
    assertFollowsSchema('summary', JSON.stringify(summary));
  }
  assertTells(await summaryByCommand([join(server.dataDirectory, 'log')]), truth);
}

function kindsOf(truth: Truth): number {
  return new Set(truth.failed.map(({ message }) => message.replaceAll(/"[^"]*"/g, '""'))).size;
}

describe('the summary of a real server', () => {
  let server: Server | undefined;
  const stage = async (major: number, settings: Record<string, string>): Promise<Crowd> => {
    server = await startStage({ major, formats, logTo: 'collector', settings });
    return new Crowd(server);
  };
  afterEach(async () => {
    await server?.dispose();
    server = undefined;
  });

  for (const [major, prefix] of [
    [15, prefixes.debian],
    [16, prefixes.default],
    [18, prefixes.rds],
  ] as const) {
    it(`equals what ${connects} clients did on PostgreSQL ${major}, in every format`, async () => {
      const crowd = await stage(major, { log_line_prefix: prefix });
      await lively(crowd, connects);
      const truth = await crowd.atRest();
      assert.ok(truth.connects >= connects);
      assert.ok(truth.failed.length >= 20 && kindsOf(truth) >= 6);
      await assertAllFormatsTell(crowd.server, truth);
    });
  }

  it('has no ghost and nothing twice after rotation, refusals, a crash and restarts', async () => {
    const crowd = await stage(16, { ...stories.rotation.settings, max_connections: '40' });
    await lively(crowd, 0);
    for (const chapter of [
      () => rotation(crowd, 60, 3),
      () => fullHouse(crowd),
      () => crash(crowd),
      () => immediateRestart(crowd),
      () => turnAway(crowd, 1),
      () => fastRestart(crowd),
    ]) {
      await chapter();
      await assertAllFormatsTell(crowd.server, await crowd.atRest());
    }
  });

  it('has nothing twice where a rotated log keeps its name', async () => {
    const crowd = await stage(18, stories.constantName.settings);
    await lively(crowd, 0);
    await rotation(crowd, 40, 5);
    await assertAllFormatsTell(crowd.server, await crowd.atRest());
  });
});
