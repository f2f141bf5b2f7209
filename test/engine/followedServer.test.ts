import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { sentence } from '../../src/core/sentence.ts';
import type { ActivitySample } from '../../src/core/server/activity.ts';
import { defaultThresholds } from '../../src/core/server/finding.ts';
import { FollowedServer } from '../../src/engine/followedServer.ts';
import { ServerProblem, type LiveServer } from '../../src/sources/server/liveServer.ts';
import { backend, crowd, minute, sampleOf } from '../core/server/activitySample.ts';

const settings = {
  ...{ seenMs: 1, alertsMs: 1, thresholds: defaultThresholds, silenced: [], readOnly: false, queryTags: {} },
};
const many = crowd(80).map((each, nth) => ({ ...each, clientAddress: `10.0.1.${nth}` }));
const busy = (): ActivitySample => sampleOf(many, { takenAt: Date.now(), tookMs: 0 });
const calm = (): ActivitySample => sampleOf([backend(1)], { takenAt: Date.now(), tookMs: 0 });
const away = (): ServerProblem => new ServerProblem('unreachable', sentence('It does not answer.'));
const full = (): ServerProblem => new ServerProblem('full', sentence('It is full.'));

/** What is told of a server whose polls have these answers, up to the last. */
async function toldOf(
  answers: readonly ((server: FollowedServer) => ActivitySample | ServerProblem)[],
): Promise<string[]> {
  let asked = 0;
  const live = {
    label: 'app@db:5432',
    poll: async () => {
      // never, when all have been given
      const answer = answers[asked]?.(server) ?? (await new Promise<ActivitySample>(() => undefined));
      asked += 1;
      if (answer instanceof ServerProblem) throw answer;
      return answer;
    },
    close: () => Promise.resolve(),
  } as unknown as LiveServer;
  const told: string[] = [];
  const nothing = () => undefined;
  const server = new FollowedServer('s', { sourceId: undefined }, settings, {
    open: () => live,
    ...{ changed: nothing, polled: nothing, silent: nothing, cost: () => [] },
  });
  server.start();
  while (asked < answers.length) await delay(1);
  await delay(5);
  for (const { change, finding } of server.takeChanges()) told.push(`${change} ${finding.kind}`);
  void server.close();
  return told;
}

describe('a finding of a followed server', () => {
  it('is over when two answers in a row lack it', async () => {
    assert.deepEqual(await toldOf([busy, calm, calm]), ['began utilization', 'ended utilization']);
  });

  it('is not over because the server could not be asked', async () => {
    assert.deepEqual(await toldOf([busy, calm, away, away, busy]), ['began utilization']);
    assert.deepEqual(await toldOf([busy, calm, full, full, busy]), ['began utilization', 'began full']);
  });

  it('that it is full is over when it has answered twice, not when it is away', async () => {
    assert.deepEqual(await toldOf([calm, full, away, away]), ['began full']);
    assert.deepEqual(await toldOf([calm, full, away, calm, calm]), ['began full', 'ended full']);
  });

  it('is not over because the settings were changed again and again', async () => {
    const changed = (server: FollowedServer): ActivitySample => {
      for (let time = 0; time < 3; time += 1) server.configure(settings);
      return busy();
    };
    assert.deepEqual(await toldOf([busy, calm, changed]), ['began utilization']);
  });

  it('is judged by changed settings while its server answers, and told of no answer of before', async () => {
    const worseBy = { ...settings, thresholds: { ...defaultThresholds, utilizationCritical: 0.8 } };
    const stricter = (server: FollowedServer): ServerProblem => {
      server.configure(worseBy);
      return away();
    };
    const longAgo = (): ActivitySample => sampleOf(many, { takenAt: Date.now() - 2 * minute, tookMs: 0 });
    assert.deepEqual(await toldOf([busy, stricter]), ['began utilization', 'worse utilization']);
    assert.deepEqual(await toldOf([longAgo, stricter]), ['began utilization']);
    assert.deepEqual(await toldOf([busy, away, stricter]), ['began utilization']);
  });
});
