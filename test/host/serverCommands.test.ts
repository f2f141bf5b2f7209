import assert from 'node:assert/strict';
import { ConfigurationTarget, window, workspace } from 'vscode';
import type { Backend } from '../../src/core/server/activity.ts';
import type { Finding } from '../../src/core/server/finding.ts';
import type { ServerSnapshot } from '../../src/core/server/serverSnapshot.ts';
import { sentence } from '../../src/core/sentence.ts';
import type { SessionRow } from '../../src/core/snapshot/openSessions.ts';
import { type ServerCommandContext, serverCommands } from '../../src/views/serverCommands.ts';
import { setSilenced } from '../../src/views/serverSettings.ts';

const backend = (pid: number, backendStartAt: number): Backend => ({
  ...{ pid, backendStartAt, backendType: 'client backend', state: 'active', blockedBy: [] },
});
const finding = (pids: number[]): Finding => ({
  ...{ kind: 'idle', subject: 'app', severity: 'warning', pids, value: 1, threshold: 1 },
  ...{ sentence: sentence('Idle'), nextStep: sentence('End it.') },
});
const row = (pid: number, connectedAt: number): SessionRow => ({
  ...{ key: `pid ${pid}`, pid, connectedAt, user: 'app', replication: false, beforeClear: false },
});

/** A connected server that is asked by the commands, and the followed logs; the Server view shows nothing of it. */
class World {
  /** Sessions of the server now. */
  backends: Backend[] = [];
  findings: Finding[] = [];
  /** Open sessions by log. */
  readonly logs = new Map<string, SessionRow[]>();
  /** Pids that a preview was asked for. */
  readonly previewed: (readonly number[])[] = [];

  readonly #server = {
    status: { serverId: 'server of here', sourceId: 'here' },
    snapshot: () =>
      Promise.resolve({
        sessions: this.backends,
        serverAt: 0,
        findings: this.findings,
      } as Partial<ServerSnapshot>),
    ask: (_: string, { request }: { request: { pids: readonly number[] } }) => {
      this.previewed.push(request.pids);
      const rows = this.backends
        .filter(({ pid }) => request.pids.includes(pid))
        .map((each) => ({ what: 'session', backend: each }));
      return Promise.resolve({ request, rows, headline: sentence('End'), sql: '', warnings: [] });
    },
  };
  readonly #followed = {
    all: ['here', 'elsewhere'].map((sourceId) => ({ sourceId, log: {} })),
    ask: (_: string, { key }: { key: string }, sourceId: string) =>
      Promise.resolve({ session: this.logs.get(sourceId)?.find((each) => each.key === key) }),
  };

  readonly commands = serverCommands({
    server: this.#server,
    followed: this.#followed,
    tree: { snapshot: { sessions: [backend(1, 1)], serverAt: 0, findings: [] } },
  } as unknown as ServerCommandContext);
}

describe('silencing a finding', () => {
  const silenced = () => workspace.getConfiguration('pgConnections.server');
  const write = (value: unknown) => silenced().update('silenced', value, ConfigurationTarget.Global);
  after(() => write(undefined));

  it('leaves what is written there as it is, also where it is no finding', async () => {
    const written = ['idle a', { kind: 'idle' }, 7];
    await write(written);
    await setSilenced('idle app', true);
    assert.deepEqual(silenced().get('silenced'), [...written, 'idle app']);
    await setSilenced('idle app', false);
    assert.deepEqual(silenced().get('silenced'), written);
  });
});

describe('the commands that end sessions', () => {
  let world: World;
  /** What was offered to pick from. */
  let offered: string[];
  const own = { showWarningMessage: window.showWarningMessage, showQuickPick: window.showQuickPick };

  before(() =>
    Object.assign(window, {
      showWarningMessage: () => Promise.resolve(undefined),
      showQuickPick: (items: readonly { label: string }[]) => {
        offered = items.map(({ label }) => label);
        return Promise.resolve(items[0]);
      },
    }),
  );
  after(() => Object.assign(window, own));
  beforeEach(() => {
    world = new World();
    offered = [];
  });

  it('offer the sessions of now, whatever the Server view shows', async () => {
    world.backends = [backend(8, 100), backend(9, 200)];
    await world.commands.cancelQuery(undefined);
    assert.deepEqual([offered, world.previewed], [['8', '9'], [[8]]]);
  });

  it('mean those whom a finding is about now', async () => {
    world.findings = [finding([8, 9])];
    const node = { kind: 'finding', id: 'findings/idle app', finding: finding([3]), isSilenced: false };
    await world.commands.terminateSession(node);
    assert.deepEqual(world.previewed, [[8, 9]]);
    world.findings = [];
    await assert.rejects(world.commands.terminateSession(node) as Promise<void>, /no such session/);
  });

  it('leave another session alone that has the pid of the one that was shown', async () => {
    world.backends = [backend(8, 100)];
    const node = (start: number) => ({ kind: 'backend', id: 'sessions/8', backend: backend(8, start) });
    await world.commands.terminateSession(node(100));
    await assert.rejects(world.commands.terminateSession(node(99)) as Promise<void>, /ended already/);
  });

  describe('on a row of the Active view', () => {
    const terminate = (of: SessionRow): Promise<void> =>
      world.commands.terminateSession({ kind: 'session', id: 'row', row: of }) as Promise<void>;

    it('end a session of the connected server', async () => {
      world.logs.set('here', [row(8, 1000)]);
      world.backends = [backend(8, 990)];
      await terminate(row(8, 1000));
      assert.deepEqual(world.previewed, [[8]]);
    });

    it('refuse one of another server, though the pid is the same', async () => {
      world.logs.set('here', [row(8, 1000)]);
      world.logs.set('elsewhere', [row(8, 5000), row(9, 5000)]);
      world.backends = [backend(8, 990), backend(9, 990)];
      await assert.rejects(terminate(row(8, 5000)), /no session of the connected server/);
      await assert.rejects(terminate(row(9, 5000)), /no session of the connected server/);
      assert.deepEqual(world.previewed, []);
    });

    it('refuse one that has ended, though another has its pid', async () => {
      world.backends = [backend(8, 9000)];
      await assert.rejects(terminate(row(8, 1000)), /no session of the connected server/);
      world.logs.set('here', [row(8, 1000)]);
      await assert.rejects(terminate(row(8, 1000)), /ended already/);
    });
  });
});
