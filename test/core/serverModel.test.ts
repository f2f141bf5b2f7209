import assert from 'node:assert/strict';
import type { Backend } from '../../src/core/server/activity.ts';
import type { Finding } from '../../src/core/server/finding.ts';
import { findingIdentity } from '../../src/core/server/finding.ts';
import type { LeakVerdict, Overview, ServerSnapshot } from '../../src/core/server/serverSnapshot.ts';
import { sentence } from '../../src/core/sentence.ts';
import { psqlArguments, psqlCommand } from '../../src/views/psqlCommand.ts';
import { waitersOf } from '../../src/views/backendNodes.ts';
import { serverNodes } from '../../src/views/serverModel.ts';
import { mostRows, type ServerNode } from '../../src/views/serverNode.ts';

const overview: Overview = {
  ...{ total: 3, active: 1, idle: 1, idleInTransaction: 1, waiting: 1, background: 6, walsenders: 0 },
  ...{ maxConnections: 20, reserved: 3, usable: 17, utilization: 4 / 17, health: 'HEALTHY' },
  ...{ longestActiveSeconds: 2, longestIdleInTransactionSeconds: 9 },
};
const backend = (pid: number, state: Backend['state'], blockedBy: number[] = []): Backend => ({
  ...{ pid, backendType: 'client backend', user: 'app', database: 'shop', state, blockedBy },
});
const finding: Finding = {
  ...{ kind: 'idleInTransaction', subject: '3', severity: 'warning', pids: [3], value: 9, threshold: 5 },
  ...{ sentence: sentence('Session {0}', 3), nextStep: sentence('End it.') },
};
const snapshot: ServerSnapshot = {
  status: {
    ...{ serverId: 's', label: 'app@[local]:5432', state: 'connected', readOnly: false },
    ...{ warnings: 1, critical: 0, version: 1 },
  },
  ...{ version: '17.4', sees: 'all', sampleId: 1, takenAt: 1000, serverAt: 1000, stale: false, overview },
  sessions: [backend(1, 'active', [2]), backend(2, 'active', [3]), backend(3, 'idle in transaction')],
  background: [{ pid: 9, backendType: 'checkpointer', blockedBy: [] }],
  blocking: [{ pid: 3, waiters: [{ pid: 2, waiters: [{ pid: 1, waiters: [] }] }] }],
  findings: [finding],
  silenced: [],
  ...{ byDatabase: [], byUser: [], byApplication: [], byClient: [], limits: [], settings: [], leaks: [] },
  ...{ cost: [], tags: [], preparedTransactions: [], replicationSlots: [], samples: [] },
};
const section = (nodes: readonly ServerNode[], id: string): ServerNode | undefined =>
  nodes.find((node) => node.id === id);

describe('the rows of the Server view', () => {
  it('have no section for what there is nothing of', () => {
    const ids = serverNodes(snapshot).map(({ id }) => id);
    assert.deepEqual(ids, ['overview', 'findings', 'blocked', 'sessions', 'background']);
  });

  it('show a chain of waits as a tree, with how many wait', () => {
    const blocked = section(serverNodes(snapshot), 'blocked');
    assert.equal(blocked?.kind === 'section' && blocked.count, 2);
    const [first] = blocked?.children ?? [];
    assert.equal(first?.id, 'blocked/3');
    assert.equal(first.kind === 'backend' && first.waiters, 2);
    assert.equal(first.children?.[0]?.children?.[0]?.id, 'blocked/3/2/1');
  });

  it('show a prepared transaction in a chain, though it has no session', () => {
    const blocking = [{ pid: 0, waiters: [{ pid: 1, waiters: [] }] }];
    const [first] = section(serverNodes({ ...snapshot, blocking }), 'blocked')?.children ?? [];
    assert.equal(first?.kind, 'pid');
    assert.equal(waitersOf(blocking[0]!), 1);
  });

  it('group sessions by state, those that hold something first', () => {
    const states = section(serverNodes(snapshot), 'sessions')?.children ?? [];
    assert.deepEqual(
      states.map((node) => node.kind === 'state' && [node.state, node.count]),
      [
        ['active', 2],
        ['idle in transaction', 1],
      ],
    );
  });

  it('have an identity each that lasts from poll to poll', () => {
    const ids = (nodes: readonly ServerNode[]): string[] =>
      nodes.flatMap(({ id, children = [] }) => [id, ...ids(children)]);
    const all = ids(serverNodes(snapshot));
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(ids(serverNodes({ ...snapshot, serverAt: 2000, sampleId: 2 })), all);
  });

  it('have an identity each also where names are made to look like others', () => {
    const leak = (user: string | undefined, application: string | undefined): LeakVerdict => ({
      ...{ user, application, verdict: 'steady', sentence: sentence('Steady.') },
      ...{ samples: 9, fromAt: 0, toAt: 1, lowest: 1, now: 1 },
    });
    const cost = { sessions: 1, shortSessions: 0, medianSetupMs: undefined, shouldPool: false };
    const leaks = [leak('a/b', 'c'), leak('a', 'b/c'), leak('a', ''), leak('a', undefined)];
    const rows = serverNodes({
      ...{ ...snapshot, leaks },
      cost: [
        { ...cost, application: '' },
        { ...cost, application: undefined },
      ],
    });
    const ids = section(rows, 'applications')?.children?.map(({ id }) => id) ?? [];
    assert.equal(new Set(ids).size, 6);
  });

  it('do not count a silenced finding, and show it as one', () => {
    const nodes = serverNodes({ ...snapshot, silenced: [findingIdentity(finding)] });
    const findings = section(nodes, 'findings');
    assert.equal(findings?.kind === 'section' && findings.count, 0);
    const [row] = findings?.children ?? [];
    assert.ok(row?.kind === 'finding' && row.isSilenced);
  });

  it('are bounded, however many sessions there are', () => {
    const sessions = Array.from({ length: 1000 }, (_, pid) => backend(pid + 1, 'idle'));
    const [idle] = section(serverNodes({ ...snapshot, sessions }), 'sessions')?.children ?? [];
    const rows = idle?.children ?? [];
    assert.equal(rows.length, mostRows + 1);
    const last = rows.at(-1);
    assert.ok(last?.kind === 'more' && last.rest === 1000 - mostRows);
  });
});

describe('a psql command', () => {
  it('is safe in a shell, whatever the names hold', () => {
    const address = { host: '/tmp', port: 5432, user: "o'c $(id)" };
    assert.equal(psqlCommand(address, 'shop'), String.raw`psql -h /tmp -p 5432 -U 'o'\''c $(id)' -d shop`);
  });

  it('names a database, and nowhere else to connect to', () => {
    const address = { host: '/tmp', port: 5432, user: 'app' };
    const named = (database?: string): string | undefined => psqlArguments(address, database).at(-1);
    assert.deepEqual(
      [undefined, 'shop', 'shop-2_$x'].map((name) => named(name)),
      ['postgres', 'shop', 'shop-2_$x'],
    );
    assert.equal(named('host=evil.invalid port=1'), "dbname='host=evil.invalid port=1'");
    assert.equal(named('postgresql://evil.invalid/'), "dbname='postgresql://evil.invalid/'");
    assert.equal(named(String.raw`\' host='evil`), String.raw`dbname='\\\' host=\'evil'`);
  });
});
