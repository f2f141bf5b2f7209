import assert from 'node:assert/strict';
import { defaultThresholds } from '../../src/core/server/finding.ts';
import type { ServerStatus } from '../../src/core/server/serverSnapshot.ts';
import type { ServerSettings } from '../../src/protocol/serverQuestions.ts';
import { ServerSamples } from '../../src/engine/serverSamples.ts';
import { backend, crowd, minute, sampleOf } from '../core/server/activitySample.ts';

const settings: ServerSettings = {
  ...{ seenMs: 1000, alertsMs: 1000, thresholds: defaultThresholds, silenced: [], readOnly: false },
  queryTags: {},
};
const status: ServerStatus = {
  ...{ serverId: 's', label: 'app@db:5432', state: 'connected', readOnly: false },
  ...{ warnings: 0, critical: 0, version: 1 },
};
const answered = (backends = [backend(1)], takenAt = Date.now()) => sampleOf(backends, { takenAt });

describe('the samples of a server', () => {
  it('are none before it answers, and are then shown by the newest', () => {
    const samples = new ServerSamples(settings, () => []);
    assert.deepEqual(
      [samples.newest, samples.recent, samples.snapshot(status)],
      [undefined, undefined, undefined],
    );
    assert.throws(() => samples.report(false), /has not answered yet/);
    samples.add(answered([]));
    samples.add(answered());
    assert.equal(samples.snapshot(status)?.overview.total, 1);
    assert.equal(samples.report(false).overview.total, 1);
    assert.equal(samples.snapshot(status, 1)?.overview.total, 0);
    assert.equal(samples.snapshot(status, 3), undefined);
  });

  it('tell of now for a minute, and are stale once the server is away', () => {
    const samples = new ServerSamples(settings, () => []);
    samples.add(answered([], Date.now() - 2 * minute));
    assert.ok(samples.newest);
    assert.equal(samples.recent, undefined);
    samples.add(answered());
    assert.equal(samples.recent, samples.newest);
    assert.equal(samples.snapshot(status)?.stale, false);
    assert.equal(samples.snapshot({ ...status, state: 'unreachable' })?.stale, true);
  });

  it('are judged by the thresholds of the settings, and as full where it refuses us', () => {
    const samples = new ServerSamples(settings, () => []);
    samples.judge(true);
    assert.deepEqual(samples.findings.counts([]), { warnings: 0, critical: 1 });
    const busy = answered(crowd(80).map((each, nth) => ({ ...each, clientAddress: `10.0.1.${nth}` })));
    samples.add(busy);
    samples.judge(false);
    assert.deepEqual(samples.findings.counts([]), { warnings: 1, critical: 0 });
    samples.configure({ ...settings, thresholds: { ...defaultThresholds, utilizationCritical: 0.8 } });
    samples.judge(false);
    assert.deepEqual(samples.findings.counts([]), { warnings: 0, critical: 1 });
    assert.equal(samples.overviewOf(busy, false).health, 'CRITICAL');
    assert.equal(samples.overviewOf(busy, true).utilization, 1);
  });
});
