import assert from 'node:assert/strict';
import type { Backend } from '../../src/core/server/activity.ts';
import type { ServerSnapshot } from '../../src/core/server/serverSnapshot.ts';
import { backendRows, chainRow, sessionRows } from '../../src/views/backendNodes.ts';
import { mostRows } from '../../src/views/serverNode.ts';

const backend = (pid: number, state?: Backend['state']): Backend => ({
  ...{ pid, backendType: 'client backend', state, blockedBy: [] },
});
const snapshotOf = (...sessions: Backend[]) =>
  ({ sessions, background: [backend(900)], serverAt: 1000 }) as unknown as ServerSnapshot;

describe('the rows of sessions', () => {
  it('are by state, those that hold something first, and hidden ones too', () => {
    const states = [backend(1, 'idle'), backend(2), backend(3, 'idle in transaction'), backend(4, 'active')];
    const rows = sessionRows(snapshotOf(...states, backend(5, 'active')));
    assert.deepEqual(
      rows.map((row) => row.kind === 'state' && `${row.state} ${row.count}`),
      ['active 2', 'idle in transaction 1', 'idle 1', ' 1'],
    );
  });

  it('are those that are there, processes of the server among them, and as many as are drawn', () => {
    const many = Array.from({ length: mostRows + 5 }, (_, nth) => backend(nth + 1));
    const snapshot = snapshotOf(...many);
    assert.deepEqual(
      backendRows('above', [3, 900, 901], snapshot).map(({ id }) => id),
      ['above/3', 'above/900'],
    );
    const rows = backendRows('above', [...many.map(({ pid }) => pid)], snapshot);
    assert.deepEqual([rows.length, rows.at(-1)], [mostRows + 1, { kind: 'more', id: 'above/…', rest: 5 }]);
  });

  it('wait below who holds what they wait for, whose row may be gone', () => {
    const chain = { pid: 7, waiters: [{ pid: 1, waiters: [{ pid: 2, waiters: [] }] }] };
    const row = chainRow(chain, 'blocked', snapshotOf(backend(1), backend(2)));
    assert.deepEqual([row.kind, row.kind === 'pid' && row.waiters], ['pid', 2]);
    const [waiter] = row.children ?? [];
    assert.deepEqual([waiter?.kind, waiter?.id], ['backend', 'blocked/7/1']);
  });
});
