import assert from 'node:assert/strict';
import type { TroubleLists } from '../../src/core/snapshot/troubleLists.ts';
import { LogFold } from '../../src/engine/logFold.ts';
import { SeenInWhole } from '../../src/engine/seenTroubles.ts';
import { feed } from '../../src/sources/tail/feed.ts';
import { ServerLines } from './engineWorld.ts';

describe('what was seen of a log’s end, in a log that two files hold in turns', () => {
  const lines = new ServerLines(Date.now() - 3_600_000);
  const none: TroubleLists = { failures: [], endings: [], problems: [], muted: 0 };
  let whole: LogFold;
  let end: LogFold;
  let sizes: number[];
  beforeEach(() => {
    whole = new LogFold({ memoryEvents: 1000 });
    end = new LogFold({ memoryEvents: 1000 });
    sizes = [0, 0];
  });

  const read = (fold: LogFold, nth: 0 | 1, text: string): void => {
    const identity = { device: 1, inode: nth + 1, head: String(nth), headBytes: 1 };
    fold.log.begin({ path: `${nth}.log`, identity }, sizes[nth] ?? 0);
    feed(fold.log, Buffer.from(text));
    fold.log.caughtUp();
    fold.log.settle();
    fold.finish();
  };
  /** A turn of one of them, in which these users are refused; of the second the end is read too. */
  const turn = (nth: 0 | 1, ...users: string[]): void => {
    const text = users.map((user, index) => lines.refuse(100 + index, user)).join('');
    read(whole, nth, text);
    if (nth === 1) read(end, nth, text);
    sizes[nth] = (sizes[nth] ?? 0) + text.length;
  };
  const idOf = ({ state }: LogFold, user: string): number =>
    state.troubles.failure.find((failure) => failure.user === user)?.id ?? assert.fail(`none of ${user}`);

  it('is what came up to the same failure, in whichever of them and of their turns', () => {
    turn(1, 'ann', 'bob');
    turn(0, 'cid');
    turn(1, 'dan');
    turn(0, 'eve');
    turn(1, 'fay');
    const seen = new SeenInWhole(end, whole);
    for (const [last, fresh] of [
      ['ann', 'bob'],
      ['bob', 'dan'],
      ['dan', 'fay'],
    ] as const)
      assert.equal(seen.seenId(idOf(end, last)), idOf(whole, fresh) - 1, last);
    turn(0, 'gus');
    assert.equal(seen.seenId(idOf(end, 'fay')), idOf(whole, 'gus') - 1);
  });

  it('is what came since the file was truncated', () => {
    turn(1, 'ann', 'bob', 'cid');
    sizes = [0, 0];
    end = new LogFold({ memoryEvents: 1000 });
    turn(1, 'dan', 'eve');
    assert.equal(new SeenInWhole(end, whole).seenId(idOf(end, 'dan')), idOf(whole, 'dan'));
  });

  it('is a group that was acknowledged, in whichever turn it was told', () => {
    turn(1, 'ann');
    turn(0, 'bob');
    turn(1, 'cid');
    const keys = ['ann', 'cid'].map((user) => `failure:password:${idOf(end, user)}`);
    assert.deepEqual(
      new SeenInWhole(end, whole).acknowledged(new Set(keys), none),
      ['ann', 'cid'].map((user) => `failure:password:${idOf(whole, user)}`),
    );
  });
});
