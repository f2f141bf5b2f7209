import assert from 'node:assert/strict';
import type { Backend } from '../../src/core/server/activity.ts';
import { loggedSession, shownSession } from '../../src/views/serverSession.ts';

describe('a session that is to be ended', () => {
  const at = Date.UTC(2025, 0, 1);
  const began = (backendStartAt: number | undefined): Backend => ({
    ...{ pid: 7, backendType: 'client backend', blockedBy: [], backendStartAt },
  });
  const row = { pid: 7, replication: false, beforeClear: false };

  it('is the one that the server has shown, not a later one of its pid', () => {
    const { pid, isIt } = shownSession(began(at));
    assert.deepEqual([pid, isIt(began(at)), isIt(began(at + 1))], [7, true, false]);
  });

  it('is not one that began after the log let it in', () => {
    const { isIt } = loggedSession({ ...row, key: 'pid 7', connectedAt: at });
    assert.deepEqual(
      [at - 50_000, at, at + 1900, at + 2100, undefined].map((start) => isIt(began(start))),
      [true, true, true, false, true],
    );
  });

  it('is the one that the log let in, whatever zone its times are read in', () => {
    const { isIt } = loggedSession({ ...row, key: 'pid 7', connectedAt: at - 5.5 * 3_600_000 });
    assert.deepEqual(
      [at - 20, at + 60_000].map((start) => isIt(began(start))),
      [true, false],
    );
  });

  it('is the one that began when the log says that its process did', () => {
    const { isIt } = loggedSession({
      ...row,
      key: `${(at / 1000).toString(16)}.7`,
      connectedAt: at + 60_000,
    });
    assert.deepEqual(
      [at - 50_000, at + 999, at + 5000].map((start) => isIt(began(start))),
      [false, true, false],
    );
  });
});
