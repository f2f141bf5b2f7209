import assert from 'node:assert/strict';
import type { ActivitySample, Backend } from '../../src/core/server/activity.ts';
import type { FollowedSource } from '../../src/engine/followedSource.ts';
import { ServerOfLog } from '../../src/engine/serverOfLog.ts';
import { ownApplicationName } from '../../src/sources/logging/ownName.ts';
import { folded } from '../core/folded.ts';
import { ServerLines } from './engineWorld.ts';

const startedAt = Date.UTC(2026, 0, 5, 12);
const ownPid = 999;

/** What a server answers in whose only session this process is. */
function sampleOf(pid: number, part: { serverAt?: number; majorVersion?: number } = {}): ActivitySample {
  const { serverAt = startedAt + 60_000, majorVersion = 16 } = part;
  const backend = { pid, backendType: 'client backend', backendStartAt: startedAt + 1000, user: 'app' };
  return {
    facts: { majorVersion, startedAt, ownPid, sees: 'all' },
    ...{ serverAt, takenAt: serverAt, tookMs: 1, backends: [backend as Backend] },
  } as unknown as ActivitySample;
}

/** A log that nobody knows the server of, as if it were followed. */
function logOf(sourceId: string, text: string): FollowedSource {
  const source = {
    sourceId,
    progress: { state: 'following' },
    log: {},
    pause: { paused: false },
    version: 0,
  };
  return { ...source, fold: folded(text, { logTimezone: 'UTC' }) } as unknown as FollowedSource;
}

/** The pids that a log shows after polls. */
function shown(log: FollowedSource, polls: readonly ActivitySample[], ownId = 'its own'): unknown[] {
  const server = new ServerOfLog(
    ownId,
    'pg.log',
    (id) => (id === log.sourceId ? log : undefined),
    () => undefined,
  );
  for (const poll of polls) server.polled(poll);
  return log.fold.state.book.sessions().map(({ pid }) => pid);
}

const twice = (pid: number, majorVersion = 16): ActivitySample[] =>
  [60_000, 62_000, 64_000].map((ms) => sampleOf(pid, { serverAt: startedAt + ms, majorVersion }));

describe('a log of which nobody knows the server', () => {
  const lines = (at = startedAt): ServerLines => new ServerLines(at);

  it('shows the sessions of a server that started when it says, and of no other', () => {
    assert.deepEqual(shown(logOf('pg.log', lines().start()), twice(77)), [77]);
    assert.deepEqual(shown(logOf('pg.log', lines(startedAt - 86_400_000).start()), twice(77)), []);
  });

  it('shows nothing of a server of another version', () => {
    assert.deepEqual(shown(logOf('pg.log', lines().start()), twice(77, 17)), []);
  });

  it('shows nothing of a server that has none of its sessions', () => {
    const log = (): FollowedSource =>
      logOf(
        'pg.log',
        lines(startedAt + 1000).connect({ pid: 10 }) + lines(startedAt + 2000).connect({ pid: 11 }),
      );
    assert.deepEqual(shown(log(), twice(77)), [10, 11]);
    assert.deepEqual(shown(log(), twice(11)), [11]);
  });

  it('is the server’s, once it tells that we have connected, and stays so when all sessions end at once', () => {
    const own = lines(startedAt + 50_000).connect({ pid: ownPid, application: ownApplicationName });
    assert.deepEqual(shown(logOf('pg.log', lines(startedAt + 1000).connect({ pid: 10 }) + own), twice(77)), [
      ownPid,
      77,
    ]);
    const gone = logOf('pg.log', lines(startedAt + 1000).connect({ pid: 10 }));
    const empty = twice(10).map((poll, index) => ({
      ...{ ...poll, serverAt: poll.serverAt + 10_000 * (index + 1) },
      backends: index === 0 ? poll.backends : [],
    }));
    assert.deepEqual(
      shown(gone, [...empty, sampleOf(77, { serverAt: startedAt + 200_000 })]).includes(10),
      false,
    );
  });

  it('is the server’s without doubt where the server lets it be read', () => {
    const log = logOf('its own', lines(startedAt - 86_400_000).start());
    assert.deepEqual(shown(log, twice(77)), [77]);
  });

  it('is told nothing any more when another log may be the server’s', () => {
    const logs = ['pg.log', 'other.log'].map((id) => logOf(id, lines().start()));
    const server = new ServerOfLog(
      ...(['its own', 'pg.log'] as const),
      (id) => logs.find(({ sourceId }) => sourceId === id),
      () => undefined,
    );
    for (const poll of twice(77)) server.polled(poll);
    server.join('other.log');
    for (const poll of twice(77)) server.polled(poll);
    const areLive = logs.map(({ fold }) => fold.state.isReconciled);
    assert.deepEqual([server.sourceId, areLive], ['other.log', [false, true]]);
  });
});
