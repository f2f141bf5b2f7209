import assert from 'node:assert/strict';
import { sentence } from '../../src/core/sentence.ts';
import type { Finding } from '../../src/core/server/finding.ts';
import { StandingFindings } from '../../src/engine/standingFindings.ts';
import { SampleRing } from '../../src/engine/sampleRing.ts';
import { sampleOf } from '../core/server/activitySample.ts';

const finding = (subject: string, severity: Finding['severity'] = 'warning'): Finding => ({
  ...{ kind: 'idle', subject, severity, pids: [], value: 9, threshold: 5 },
  ...{ sentence: sentence('It idles.'), nextStep: sentence('End it.') },
});

describe('the findings that stand of a server', () => {
  it('are told once, to whoever asks first, and the silenced never', () => {
    const standing = new StandingFindings(new SampleRing());
    standing.take([finding('a'), finding('b', 'critical')], ['idle a']);
    const told = () =>
      standing.takeChanges().map(({ change, finding: { subject } }) => `${change} ${subject}`);
    assert.deepEqual(told(), ['began b']);
    assert.deepEqual(told(), []);
    standing.take([], []);
    standing.take([], []);
    assert.deepEqual(told(), ['ended a', 'ended b']);
  });

  it('are counted by how bad they are, without the silenced', () => {
    const standing = new StandingFindings(new SampleRing());
    standing.take([finding('a'), finding('b', 'critical'), finding('c')], []);
    assert.deepEqual(standing.counts([]), { warnings: 2, critical: 1 });
    assert.deepEqual(standing.counts(['idle b', 'idle c']), { warnings: 1, critical: 0 });
  });

  it('have the sample in which they began as their evidence, which is kept and marked', () => {
    const ring = new SampleRing({ samples: 1, bytes: 1e6 });
    const standing = new StandingFindings(ring);
    const first = ring.add(sampleOf([]));
    standing.take([finding('a')], []);
    assert.deepEqual(
      ring.marks().map(({ id, changed }) => [id, changed]),
      [[first, true]],
    );
    for (let later = 0; later < 3; later++) {
      ring.add(sampleOf([]));
      standing.take([finding('a')], []);
    }
    const [dated] = standing.dated;
    assert.equal(dated?.evidenceId, first);
    assert.ok((dated.sinceAt ?? 0) > 0);
    assert.ok(ring.get(first));
  });

  it('wait to be told, the newest 200 of them', () => {
    const standing = new StandingFindings(new SampleRing());
    for (let poll = 0; poll < 300; poll++) standing.take([finding(String(poll))], []);
    assert.equal(standing.takeChanges().length, 200);
  });
});
