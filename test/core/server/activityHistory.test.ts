import assert from 'node:assert/strict';
import { renderSentence } from '../../../src/core/sentence.ts';
import type { Backend } from '../../../src/core/server/activity.ts';
import { ActivityHistory } from '../../../src/core/server/activityHistory.ts';
import { defaultThresholds } from '../../../src/core/server/finding.ts';
import { findingsOf } from '../../../src/core/server/findings.ts';
import type { LeakVerdict } from '../../../src/core/server/serverSnapshot.ts';
import { crowd, hour, minute, sampleOf, serverAt } from './activitySample.ts';

const pollMs = 15_000;

/** Feeds one sample every 15 s for so long, with the sessions that are there at that moment; answers the last sample. */
function watch(
  history: ActivityHistory,
  spanMs: number,
  sessions: (elapsedMs: number) => Backend[],
  from = 0,
) {
  let last = sampleOf([]);
  for (let elapsed = from; elapsed <= from + spanMs; elapsed += pollMs) {
    last = sampleOf(sessions(elapsed), { serverAt: serverAt + elapsed });
    history.add(last);
  }
  return last;
}

/** Sessions that are idle since they came. */
const idleSince = (count: number, elapsedMs: number, ageMs: number): Backend[] =>
  crowd(count, { stateChangeAt: serverAt + elapsedMs - ageMs });

const verdictOf = (history: ActivityHistory): LeakVerdict => {
  const [verdict, ...more] = history.leaks();
  assert.deepEqual(more, []);
  return verdict!;
};

describe('the verdict on leaks', () => {
  it('is leaking where connections only ever grow and lie about unused, with the evidence', () => {
    const history = new ActivityHistory();
    const last = watch(history, 2 * hour, (elapsed) =>
      idleSince(2 + Math.floor(elapsed / (10 * minute)), elapsed, elapsed),
    );
    const verdict = verdictOf(history);
    assert.equal(verdict.verdict, 'leaking');
    assert.deepEqual([verdict.user, verdict.application], ['app', 'web']);
    assert.deepEqual([verdict.lowest, verdict.now, verdict.samples], [2, 14, 481]);
    assert.deepEqual([verdict.fromAt, verdict.toAt], [serverAt, serverAt + 2 * hour]);
    assert.equal(
      renderSentence(verdict.sentence),
      'app (web) grew from 2 to 14 connections in 2h 0m and never gave one back: 14 are idle for longer than 15m 0s (the longest for 2h 0m), and up to 14 are idle at one client.',
    );
    const leak = findingsOf(last, history, defaultThresholds).find(({ kind }) => kind === 'leak');
    assert.deepEqual(
      [leak?.subject, leak?.value, leak?.threshold, leak?.pids.length],
      ['app · web', 14, 2, 14],
    );
  });

  it('is not enough data before half an hour of it', () => {
    const history = new ActivityHistory();
    watch(history, 29 * minute, (elapsed) => idleSince(2 + Math.floor(elapsed / minute), elapsed, hour));
    const verdict = verdictOf(history);
    assert.equal(verdict.verdict, 'notEnoughData');
    assert.equal(renderSentence(verdict.sentence), 'Watched for 29m 0s, 117 times: a verdict takes 30m 0s.');
  });

  it('is not enough data when nobody looked in between', () => {
    const history = new ActivityHistory();
    watch(history, minute, (elapsed) => idleSince(2, elapsed, hour));
    watch(history, minute, (elapsed) => idleSince(20, elapsed, hour), 3 * hour);
    assert.equal(verdictOf(history).verdict, 'notEnoughData');
  });

  it('is steady for a pool that filled itself and keeps its idle connections', () => {
    const history = new ActivityHistory();
    watch(history, 3 * hour, (elapsed) => idleSince(elapsed < minute ? 1 : 10, elapsed, elapsed));
    assert.equal(verdictOf(history).verdict, 'steady');
  });

  it('is steady where connections come back, however much they swing', () => {
    const history = new ActivityHistory();
    watch(history, 3 * hour, (elapsed) =>
      idleSince(2 + (Math.floor(elapsed / minute) % 20), elapsed, elapsed),
    );
    assert.equal(verdictOf(history).verdict, 'steady');
  });

  it('is steady where they grow because they are in use', () => {
    const history = new ActivityHistory();
    watch(history, 2 * hour, (elapsed) =>
      crowd(2 + Math.floor(elapsed / (10 * minute)), { state: 'active' }),
    );
    const verdict = verdictOf(history);
    assert.equal(verdict.verdict, 'steady');
    assert.match(
      renderSentence(verdict.sentence),
      /^Grew from 2 to 14 connections in 2h 0m, but they are in use/,
    );
  });

  it('sees a leak through its noise: the floor counts, not each swing', () => {
    const history = new ActivityHistory();
    watch(history, 3 * hour, (elapsed) =>
      idleSince(
        2 + Math.floor(elapsed / (10 * minute)) + (Math.floor(elapsed / pollMs) % 3),
        elapsed,
        elapsed,
      ),
    );
    assert.equal(verdictOf(history).verdict, 'leaking');
  });

  it('says so when they were given back lately, and finds the leak again that grows on', () => {
    const history = new ActivityHistory();
    const growing = (elapsed: number) =>
      idleSince(2 + Math.floor((elapsed % hour) / (5 * minute)), elapsed, hour);
    watch(history, 70 * minute, growing);
    assert.match(renderSentence(verdictOf(history).sentence), /^Connections were given back within the last/);
    watch(history, 45 * minute, growing, 71 * minute);
    assert.equal(verdictOf(history).verdict, 'leaking');
  });

  it('begins anew when the server was started again', () => {
    const history = new ActivityHistory();
    watch(history, 2 * hour, (elapsed) =>
      idleSince(2 + Math.floor(elapsed / (10 * minute)), elapsed, elapsed),
    );
    history.add(
      sampleOf(crowd(20), { serverAt: serverAt + 3 * hour, facts: { startedAt: serverAt + 2.5 * hour } }),
    );
    assert.equal(verdictOf(history).verdict, 'notEnoughData');
  });

  it('is none of an application that has left', () => {
    const history = new ActivityHistory();
    watch(history, hour, () => crowd(3));
    history.add(sampleOf([], { serverAt: serverAt + 2 * hour }));
    assert.deepEqual(history.leaks(), []);
  });

  it('takes seconds where the rule says so, for tests and impatient users', () => {
    const history = new ActivityHistory({ enoughMs: 6000, lifetimeMs: 2000 });
    for (let tick = 0; tick < 40; tick++) {
      const at = serverAt + tick * 250;
      history.add(sampleOf(crowd(1 + Math.floor(tick / 4), { stateChangeAt: at - 3000 }), { serverAt: at }));
    }
    assert.equal(verdictOf(history).verdict, 'leaking');
  });

  it('is bounded, whoever comes by whatever name, and by whatever clock', () => {
    const history = new ActivityHistory();
    for (let round = 0; round < 20; round++)
      history.add(
        sampleOf(
          crowd(300).map((each, index) => ({ ...each, applicationName: `${round}-${index}` })),
          { serverAt: serverAt + round * 10 * hour },
        ),
      );
    assert.equal(history.leaks().length, 100);
    history.add(sampleOf(crowd(1), { serverAt: serverAt - hour }));
    assert.equal(history.leaks().length, 100, 'a clock that went back is left out');
  });
});
