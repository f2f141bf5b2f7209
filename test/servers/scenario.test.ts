import assert from 'node:assert/strict';
import { join } from 'node:path';

import { jsonText } from '../../src/core/report/jsonText.ts';
import type { SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import { Crowd } from '../env/scenario/crowd.ts';
import { fullHouse, lively, turnAway } from '../env/scenario/everyday.ts';
import { logFiles } from '../env/scenario/logFiles.ts';
import { summaryByCommand, summaryOfNamed } from '../env/scenario/product.ts';
import { prefixes, startStage, stories } from '../env/scenario/stories.ts';
import type { Truth } from '../env/scenario/truth.ts';
import { crash, fastRestart, immediateRestart, rotation } from '../env/scenario/upheavals.ts';
import type { LogFormat, Server } from '../env/servers.ts';

const formats: readonly LogFormat[] = ['stderr', 'csv', 'json'];
const connects = 500;

/** Compares the summary of each format, which the collector writes all at the same time, and of their folder. */
async function assertAllFormatsTell(server: Server, truth: Truth): Promise<void> {
  for (const format of formats) {
    const summary = await summaryOfNamed(logFiles(server, format, true));
    assert.equal(summary.log.format, format);
    assertTells(summary, truth);
    assertFollowsSchema('summary', JSON.stringify(summary));
  }
  assertTells(await summaryOfNamed([join(server.dataDirectory, 'log')]), truth);
}

/** The command line prints of a folder, and of the files of each format in it, what the engine has found there. */
async function assertCommandPrints(server: Server): Promise<void> {
  const folder = [join(server.dataDirectory, 'log')];
  for (const names of [...formats.map((format) => logFiles(server, format, true)), folder])
    assert.deepEqual(await summaryByCommand(names), asPrinted(await summaryOfNamed(names)));
}

function asPrinted(summary: SummaryDocument): SummaryDocument {
  return JSON.parse(jsonText(summary, 0)) as SummaryDocument;
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
    await assertCommandPrints(crowd.server);
  });

  it('has nothing twice where a rotated log keeps its name', async () => {
    const crowd = await stage(18, stories.constantName.settings);
    await lively(crowd, 0);
    await rotation(crowd, 40, 5);
    await assertAllFormatsTell(crowd.server, await crowd.atRest());
  });
});
