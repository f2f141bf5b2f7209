import assert from 'node:assert/strict';
import { packRows, unpackRows } from '../../src/engine/packedRows.ts';

describe('packed rows', () => {
  it('are the objects that were packed, without what is undefined in them', () => {
    const rows = [
      { key: 'pid 1', at: 5, user: 'app', replication: false, port: undefined },
      { key: 'pid 2', at: 0, user: '', replication: true, mixed: 'x' },
      { key: 'pid 1', user: 'é', replication: false, mixed: 7, members: [1, { a: 'b' }] },
      {},
    ];
    const { port: _port, ...first } = rows[0] ?? {};
    assert.deepEqual(unpackRows(structuredClone(packRows(rows))), [first, ...rows.slice(1)]);
    assert.deepEqual(unpackRows(packRows([])), []);
  });
});
