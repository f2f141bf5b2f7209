import assert from 'node:assert/strict';
import type { PoolerSample } from '../../src/core/pool/poolerSample.ts';
import { renderSentence, sentence } from '../../src/core/sentence.ts';
import { watchConsole } from '../../src/engine/watchPool.ts';
import { PoolerProblem } from '../../src/sources/pool/pgbouncerConsole.ts';
import { assertFollowsSchema } from '../core/schemas.ts';

const sample: PoolerSample = {
  ...{ takenAt: Date.UTC(2026, 0, 5), version: '1.24.1' },
  ...{ pools: [], clients: [], stats: [], lists: {}, config: {} },
};
const gone = new PoolerProblem('unreachable', sentence('Nobody listens.'));
const refused = new PoolerProblem('refused', sentence('It does not let this user look.'));

/** A console that gives these answers, one a poll; the user has had enough after the last. */
async function told(answers: readonly (PoolerSample | Error)[]) {
  const enough = new AbortController();
  const left = [...answers];
  const printed: string[] = [];
  const warned: string[] = [];
  const pooler = {
    label: 'boss@127.0.0.1:6432',
    poll: () => {
      const answer = left.shift();
      if (left.length === 0) enough.abort();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? sample);
    },
    close: () => Promise.resolve(),
  };
  const outcome: unknown = await watchConsole(pooler, {
    ...{ json: true, colour: false, signal: enough.signal, intervalMs: 0 },
    print: (text) => void printed.push(text),
    warn: (sentences) => void warned.push(...sentences.map(renderSentence)),
  }).catch((error: unknown) => error);
  return { outcome, printed, warned };
}

describe('watching the console of a PgBouncer', () => {
  it('goes on when it does not answer for a while, and warns once of each trouble', async () => {
    const { outcome, printed, warned } = await told([sample, gone, gone, refused, sample, gone, sample]);
    assert.equal(outcome, undefined);
    assert.equal(printed.length, 3);
    for (const document of printed) assertFollowsSchema('pooler', document);
    assert.deepEqual(warned, [gone.message, refused.message, gone.message]);
  });

  it('ends at once when the user has had enough, also while it does not answer', async () => {
    const enough = new AbortController();
    let answer: (why: Error) => void = () => undefined;
    const pooler = {
      label: 'boss@127.0.0.1:6432',
      poll: () => new Promise<never>((_, reject) => (answer = reject)),
      close: () => {
        answer(gone);
        return Promise.resolve();
      },
    };
    setImmediate(() => enough.abort());
    const nothing = (): void => assert.fail('nothing is said');
    await watchConsole(pooler, {
      ...{ json: true, colour: false, signal: enough.signal, print: nothing, warn: nothing },
    });
  });

  it('ends at once when it does not answer at the start, and does not hide what is no trouble of it', async () => {
    assert.deepEqual(await told([gone, sample]), { outcome: gone, printed: [], warned: [] });
    const broken = new Error('broken');
    assert.equal((await told([sample, broken, sample])).outcome, broken);
  });
});
