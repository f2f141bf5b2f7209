import assert from 'node:assert/strict';
import { sentence } from '../../src/core/sentence.ts';
import type { PoolFinding } from '../../src/core/pool/poolFinding.ts';
import { FollowedPool } from '../../src/engine/followedPool.ts';
import type { PoolReader, PoolReaderHost } from '../../src/engine/poolReader.ts';

const finding = {
  ...{ kind: 'waiting', subject: 'web', severity: 'warning', value: 2, threshold: 1 },
  ...{ sentence: sentence('Clients wait.'), nextStep: sentence('Look.') },
} as unknown as PoolFinding;

describe('a finding of a console', () => {
  it('is not over because PgBouncer could not be asked, which is told all the same', () => {
    let host: PoolReaderHost | undefined;
    let found: readonly PoolFinding[] = [finding];
    let shown = 0;
    const reader = { ages: false, findings: () => found, close: () => Promise.resolve() };
    const pool = new FollowedPool(
      'p',
      { kind: 'console', uri: 'postgres://localhost/pgbouncer' },
      (told) => {
        host = told;
        return reader as unknown as PoolReader;
      },
      () => (shown += 1),
    );
    const changes = () => pool.takeChanges().map(({ change }) => change);
    host?.changed();
    assert.deepEqual([changes(), shown], [['began'], 1]);
    found = [];
    host?.changed();
    host?.failed();
    host?.failed();
    assert.deepEqual([changes(), shown], [[], 4]);
    host?.changed();
    assert.deepEqual(changes(), ['ended']);
  });
});
