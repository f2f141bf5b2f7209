import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { sentence } from '../../src/core/sentence.ts';
import { PollLoop } from '../../src/engine/pollLoop.ts';
import { ServerProblem } from '../../src/sources/server/serverProblem.ts';

/** A connection that is closed once, and polls that fail or not. */
class Connection {
  readonly label = 'app@127.0.0.1:5432';
  closed = 0;
  problem: Error | undefined;

  async poll(): Promise<{ tookMs: number }> {
    await delay(10);
    if (this.problem) throw this.problem;
    return { tookMs: 0 };
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

describe('a loop of polls', () => {
  const opened: Connection[] = [];
  const loopOf = () =>
    new PollLoop<{ tookMs: number }, Connection>(
      { seenMs: 10, alertsMs: 20 },
      {
        open: () => {
          const connection = new Connection();
          opened.push(connection);
          return connection;
        },
        took: () => undefined,
        kindOf: (error) => (error instanceof ServerProblem ? error.kind : undefined),
        failed: () => undefined,
        idle: () => undefined,
      },
    );
  let loop: ReturnType<typeof loopOf>;
  beforeEach(() => (loop = loopOf()));
  afterEach(async () => {
    await loop.close();
    for (const { closed } of opened.splice(0)) assert.equal(closed, 1);
  });

  it('keeps its connection for an errand that outlasts who looked at it, and closes it afterwards', async () => {
    loop.attend('seen');
    const done = loop.use(() => delay(3500));
    loop.attend('none');
    await done;
    assert.deepEqual(
      opened.map(({ closed }) => closed),
      [0],
    );
    await delay(3500);
    assert.deepEqual(
      opened.map(({ closed }) => closed),
      [1],
    );
  });

  it('leaves an errand its connection when a poll beside it fails', async () => {
    const done = loop.use(async (connection) => {
      connection.problem = new ServerProblem('unreachable', sentence('It does not answer.'));
      loop.attend('seen');
      await delay(200);
      return connection.closed;
    });
    assert.equal(await done, 0);
  });
});
