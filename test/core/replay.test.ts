import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Replay } from '../../src/core/log/replay.ts';
import { checkout } from '../env/checkout.ts';
import { folded } from './folded.ts';

const recorded = readFileSync(join(checkout, 'media', 'demo.log'), 'utf8');
const beginAt = Date.UTC(2027, 1, 3, 4, 5, 6, 789);

describe('the recorded log of the demo, replayed', () => {
  const replay = new Replay(recorded);
  const runs = (from: number, to: number): string =>
    replay.between(beginAt, beginAt + from * replay.runMs, beginAt + to * replay.runMs);

  it('is that of a server which starts again and again', () => {
    const one = folded(runs(0, 1), { memoryEvents: 100_000 });
    const three = folded(runs(0, 3), { memoryEvents: 100_000 });
    const [once, thrice] = [one.state.everything.totals, three.state.everything.totals];
    assert.ok(once.connects > 100, `${once.connects} connects`);
    assert.ok(once.failures > 10, `${once.failures} failures`);
    assert.ok(once.endings > 3, `${once.endings} endings`);
    for (const name of ['connects', 'disconnects', 'lost', 'failures', 'endings', 'problems'] as const)
      assert.equal(thrice[name], 3 * once[name], name);
    assert.equal(three.state.restartsAt.length, 3);
    assert.equal(three.activeIs, 'exact');
    assert.equal(three.log.understanding.skipped, 0);
    assert.deepEqual(three.warnings, []);
  });

  it('has somebody connected at most moments, and nobody at the end', () => {
    const at = (share: number): number => folded(runs(0, share)).state.everything.active;
    for (const share of [0.2, 0.5, 0.8, 1.5]) assert.ok(at(share) >= 8, `${at(share)} at ${share}`);
    assert.equal(at(1), 0);
  });

  it('is written at the times that are asked for', () => {
    const { newestAt } = folded(runs(0, 1.5)).state.book;
    const end = beginAt + 1.5 * replay.runMs;
    assert.ok(newestAt !== undefined && newestAt < end && newestAt > end - 10_000);
    assert.equal(folded(runs(0, 1)).state.restartsAt[0], beginAt);
  });

  it('is the same in pieces as at once', () => {
    let pieces = '';
    for (let from = 0; from < 2; from += 0.013) pieces += runs(from, Math.min(2, from + 0.013));
    assert.deepEqual(pieces.split('\n').sort(), runs(0, 2).split('\n').sort());
  });

  it('gives no process of one run the pid of another’s', () => {
    const pidsOf = (text: string): Set<string> => new Set(text.match(/(?<=UTC \[)\d+/g));
    const [first, second] = [pidsOf(runs(0, 1)), pidsOf(runs(1, 2))];
    assert.equal(first.size, second.size);
    assert.deepEqual(
      [...first].filter((pid) => second.has(pid)),
      [],
    );
  });

  it('cannot be made of a log without an entry', () => {
    assert.throws(() => new Replay('nothing\n'), RangeError);
  });
});
