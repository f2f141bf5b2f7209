import assert from 'node:assert/strict';
import { isBackendOf } from '../../src/core/session/backendOf.ts';

const at = Date.UTC(2026, 10, 20, 9, 58);
const seconds = (at / 1000).toString(16);
const quarterMs = 15 * 60_000;

/** Whether the backends of pid 7 that began so long after `at`, ms, are that of a session. */
function answers(key: string, connectedAt: number | undefined, starts: readonly number[]): boolean[] {
  return starts.map((ms) => isBackendOf({ key, pid: 7, connectedAt }, { pid: 7, backendStartAt: at + ms }));
}

describe('a backend of the live server', () => {
  it('is no session’s with another pid, nor without one', () => {
    const backend = { pid: 7, backendStartAt: at };
    for (const pid of [8, undefined])
      assert.equal(isBackendOf({ key: `${seconds}.7`, pid, connectedAt: at }, backend), false);
  });

  it('is the session’s whose id has the second of its start, whenever that was let in', () => {
    const starts = [-quarterMs, -1001, 0, 999, 1999, 2000, quarterMs];
    const expected = [false, false, true, true, true, false, false];
    assert.deepEqual(answers(`${seconds}.7`, at + 60_000, starts), expected);
    assert.deepEqual(answers(`${seconds}.7`, at - 5 * quarterMs, starts), expected);
  });

  it('is the session’s whose start is printed in the log, in whatever zone', () => {
    const starts = [-quarterMs - 2001, -quarterMs, -2001, 0, 999, 2001, 22 * quarterMs, 27 * 4 * quarterMs];
    const expected = [false, true, false, true, true, false, true, false];
    assert.deepEqual(answers(`pid 7 since ${at}`, at + 60_000, starts), expected);
  });

  it('is of a session that was let in after it began, in whatever zone', () => {
    const starts = [-3_600_000, -1, 0, 2000, 2001, quarterMs, quarterMs + 2001, 27 * 4 * quarterMs];
    const expected = [true, true, true, true, false, true, false, false];
    assert.deepEqual(answers('pid 7', at, starts), expected);
  });

  it('is the session’s by the pid alone where a start is not known', () => {
    assert.deepEqual(answers('pid 7', undefined, [-quarterMs, 2001]), [true, true]);
    for (const key of ['pid 7', `pid 7 since ${at}`, `${seconds}.7`])
      assert.equal(isBackendOf({ key, pid: 7, connectedAt: at }, { pid: 7 }), true);
  });
});
