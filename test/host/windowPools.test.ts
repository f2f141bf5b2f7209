import assert from 'node:assert/strict';
import { type ThemeIcon, Uri, window } from 'vscode';
import type { PoolFigures } from '../../src/core/pool/poolSample.ts';
import type {
  PoolFindingChange,
  PoolOrigin,
  PoolRow,
  PoolSnapshot,
  PoolStatus,
  PoolTarget,
  ServerCount,
} from '../../src/core/pool/poolSnapshot.ts';
import { sentence } from '../../src/core/sentence.ts';
import type { PoolSettings } from '../../src/protocol/poolQuestions.ts';
import { commandIds } from '../../src/views/contributions.ts';
import type { FollowedLog } from '../../src/views/followedLog.ts';
import { PoolAlerts } from '../../src/views/poolAlerts.ts';
import { pickPool, trialText } from '../../src/views/poolPicks.ts';
import { poolTreeItem } from '../../src/views/poolRow.ts';
import { sourceNode } from '../../src/views/poolModel.ts';
import { PoolTree } from '../../src/views/poolTree.ts';
import type { Settings } from '../../src/views/settings.ts';
import { WindowPools } from '../../src/views/windowPools.ts';
import { FakeEngine, FakeUser } from './fakeEngine.ts';
import { ownExtension, settled } from './window.ts';

const uri = 'postgres://watcher@127.0.0.1:6432/pgbouncer';

/** An engine that follows any pool. */
class PoolEngine extends FakeEngine {
  #version = 0;
  #held: Promise<undefined> | undefined;

  constructor() {
    super(async (question, ask) => {
      if (question === 'poolSnapshot') return { snapshot: this.#snapshot() };
      if (question === 'addPool') await this.#held;
      const target = ask['target'] as PoolTarget | undefined;
      return target && { status: this.status({ target, state: 'reading' }) };
    });
  }

  /** It answers who adds a pool from when the result is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held = promise;
    return () => resolve(undefined);
  }

  /** What servers count of its applications. */
  counts: () => readonly ServerCount[] = () => [];

  #snapshot(): PoolSnapshot {
    const target = { kind: 'log', path: '/a.log' } as const;
    const none = { pools: [], poolCount: 0, findings: [], applications: [], troubles: [], warnings: [] };
    return { ...none, status: this.status({ target, version: 1 }), onServer: this.counts() };
  }

  status(part: Partial<PoolStatus>): PoolStatus {
    const target = part.target ?? { kind: 'console', uri };
    return {
      ...{
        poolId: target.kind === 'log' ? target.path : target.uri,
        target,
        label: 'watcher@127.0.0.1:6432',
      },
      ...{ origin: 'console', state: 'following', needsPassword: false, warnings: 0, critical: 0 },
      ...{ version: (this.#version += 1), ...part },
    };
  }

  tell(part: Partial<PoolStatus>, changes: readonly PoolFindingChange[] = []): void {
    const status = this.status(part);
    for (const listener of this.listeners) listener.pool?.(status, changes);
  }

  die(): void {
    for (const listener of this.listeners) listener.died(sentence('It stopped.'));
  }
}

class World {
  readonly engine = new PoolEngine();
  readonly user = new FakeUser();
  remembered: readonly PoolTarget[] = [];
  settings: PoolSettings = { seenMs: 2000, alertsMs: 15_000, timeZone: 'auto' };
  readonly pools: WindowPools;

  constructor() {
    const remembered = (): readonly PoolTarget[] => this.remembered;
    this.pools = new WindowPools({
      engine: this.engine.client,
      memory: {
        get pools() {
          return remembered();
        },
        rememberPools: (targets) => {
          this.remembered = targets;
          return Promise.resolve();
        },
      },
      ...this.user.parts,
      settings: () => this.settings,
    });
  }

  get passwords(): unknown[] {
    return this.engine.all('addPool').map((ask) => ask['password']);
  }
}

describe('the pools of a window', () => {
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => world.pools.dispose());

  it('ask for a password only when the console does, and keep it when it was right', async () => {
    await world.pools.add({ kind: 'console', uri });
    assert.deepEqual([world.passwords, world.user.asked], [[undefined], []]);
    world.user.typed = 'sesame';
    world.engine.tell({ state: 'refused', needsPassword: true });
    await settled();
    assert.deepEqual([world.passwords, world.user.stored.size], [[undefined, 'sesame'], 0]);
    world.engine.tell({ state: 'following' });
    await settled();
    assert.deepEqual([...world.user.stored.values()], ['sesame']);
  });

  it('ask nobody again who did not want to say it', async () => {
    await world.pools.add({ kind: 'console', uri });
    for (let count = 0; count < 2; count += 1) {
      world.engine.tell({ state: 'refused', needsPassword: true });
      await settled();
    }
    assert.equal(world.user.asked.length, 1);
    assert.equal(world.pools.statuses[0]?.state, 'refused');
  });

  it('remember a URI without the password that it was given with', async () => {
    await world.pools.add({ kind: 'console', uri: uri.replace('@', ':s%20same@') });
    assert.deepEqual([world.remembered, world.passwords], [[{ kind: 'console', uri }], ['s same']]);
  });

  it('are followed again when the window is opened again, or the engine has died, but not in Restricted Mode', async () => {
    world.remembered = [{ kind: 'log', path: '/tmp/app.log', pattern: '(?<checkedOut>1)' }];
    world.user.isTrusted = false;
    await world.pools.resume();
    await assert.rejects(world.pools.add({ kind: 'console', uri }), /Restricted Mode/);
    assert.deepEqual(world.engine.asked, []);
    world.user.isTrusted = true;
    await world.pools.resume();
    world.engine.die();
    await settled();
    const [target] = world.remembered;
    assert.deepEqual(
      world.engine.all('addPool').map((ask) => ask['target']),
      [target, target],
    );
  });

  it('are asked as often as somebody needs them', async () => {
    await world.pools.add({ kind: 'console', uri });
    world.pools.alert(true);
    world.pools.see(true);
    world.pools.see(false);
    world.pools.alert(false);
    const attentions = world.engine.all('attendPool').map((ask) => ask['attention']);
    assert.deepEqual(attentions, ['none', 'alerts', 'seen', 'alerts', 'none']);
  });

  it('obey changed settings: a console is asked as often as they say, a log read in their zone', async () => {
    await world.pools.add({ kind: 'console', uri });
    await world.pools.add({ kind: 'log', path: '/tmp/app.log' });
    world.engine.asked.length = 0;
    world.settings = { ...world.settings, seenMs: 9000 };
    await world.pools.obeySettings();
    assert.deepEqual(world.engine.asked, [['configurePool', { poolId: uri, settings: world.settings }]]);
    world.settings = { ...world.settings, timeZone: 'Asia/Tokyo' };
    for (let count = 0; count < 2; count += 1) await world.pools.obeySettings();
    assert.deepEqual(world.engine.all('addPool'), [
      { target: { kind: 'log', path: '/tmp/app.log' }, settings: world.settings },
    ]);
  });

  it('are gone when they are removed while they are added again, also in the engine', async () => {
    const [path, target] = ['/tmp/app.log', { kind: 'log', path: '/tmp/app.log' }] as const;
    await world.pools.add(target);
    const answer = world.engine.hold();
    world.settings = { ...world.settings, timeZone: 'Asia/Tokyo' };
    const again = world.pools.obeySettings();
    await settled();
    await world.pools.remove(path);
    answer();
    await again;
    assert.deepEqual([world.pools.statuses, world.remembered], [[], []]);
    assert.equal(world.engine.asked.at(-1)?.[0], 'removePool');
  });

  it('are gone when they are removed before they are added to the next engine', async () => {
    const paths = ['/tmp/one.log', '/tmp/two.log'];
    for (const path of paths) await world.pools.add({ kind: 'log', path });
    const answer = world.engine.hold();
    world.engine.die();
    await settled();
    await world.pools.remove('/tmp/two.log');
    answer();
    await settled();
    assert.deepEqual(
      world.pools.statuses.map(({ poolId }) => poolId),
      ['/tmp/one.log'],
    );
  });

  it('stay when they are added again once they are removed', async () => {
    const target = { kind: 'log', path: '/tmp/app.log' } as const;
    const { poolId } = await world.pools.add(target);
    await Promise.all([world.pools.remove(poolId), world.pools.add(target)]);
    const asked = world.engine.asked.map(([question]) => question);
    assert.ok(asked.lastIndexOf('removePool') < asked.lastIndexOf('addPool'), asked.join());
    assert.deepEqual([world.pools.statuses.length, world.remembered], [1, [target]]);
  });

  it('are forgotten when they are removed', async () => {
    const { poolId } = await world.pools.add({ kind: 'console', uri });
    await world.pools.remove(poolId);
    assert.deepEqual([world.remembered, world.pools.statuses], [[], []]);
    assert.deepEqual(world.engine.all('removePool'), [{ poolId }]);
  });
});

describe('a pool that is picked', () => {
  const { showQuickPick, showOpenDialog } = window;
  afterEach(() => Object.assign(window, { showQuickPick, showOpenDialog }));

  const picked = (file: Uri): Promise<PoolTarget | undefined> => {
    Object.assign(window, {
      showQuickPick: ([, poolerLog]: readonly unknown[]) => Promise.resolve(poolerLog),
      showOpenDialog: () => Promise.resolve([file]),
    });
    return pickPool(() => assert.fail('nothing is asked'), {} as unknown as FollowedLog);
  };

  it('is a log of this machine, and of no other file system', async () => {
    const path = '/var/log/pgbouncer.log';
    assert.deepEqual(await picked(Uri.file(path)), { kind: 'log', path });
    for (const scheme of ['vscode-local', 'vscode-vfs'])
      await assert.rejects(picked(Uri.from({ scheme, path })), /is not a file on this machine/);
  });
});

describe('messages about pools', () => {
  const began = (kind: 'poolMaxWait' | 'poolFull' | 'poolWaiting'): PoolFindingChange => ({
    ...{ change: 'began', at: 0 },
    finding: {
      ...{ kind, subject: 'shop/app', severity: kind === 'poolWaiting' ? 'warning' : 'critical' },
      ...{ sentence: sentence(kind), nextStep: sentence('Look.'), value: 1, threshold: 1 },
    },
  });

  it('tell of what begins once the first answer is there, and not of a pool that is only full', async () => {
    const world = new World();
    const told: string[] = [];
    const alerts = new PoolAlerts(
      world.pools,
      () => ({ notifications: 'critical' }) as Settings,
      (error) => assert.fail(String(error)),
      (text) => {
        told.push(text);
        return Promise.resolve(undefined);
      },
    );
    await world.pools.add({ kind: 'console', uri });
    world.engine.tell({}, [began('poolMaxWait')]);
    assert.deepEqual(told, []);
    world.engine.tell({}, [began('poolFull'), began('poolWaiting')]);
    assert.deepEqual(told, []);
    world.engine.tell({}, [began('poolMaxWait')]);
    assert.deepEqual(told, ['watcher@127.0.0.1:6432: poolMaxWait']);
    alerts.dispose();
    world.pools.dispose();
  });
});

interface Manifest {
  readonly contributes: {
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
  };
}

/** The rows that package.json offers a command on, by their context values. */
function rowsOf(command: string): RegExp {
  const menu = (ownExtension().packageJSON as Manifest).contributes.menus['view/item/context'] ?? [];
  const [, rows = '$^'] =
    /viewItem =~ \/(.+)\//.exec(menu.find((item) => item.command === command)?.when ?? '') ?? [];
  return new RegExp(rows);
}

describe('rows of the Pools view', () => {
  const status = new PoolEngine().status({
    origin: 'applicationLog',
    target: { kind: 'log', path: '/a.log' },
  });
  const hostile = '**b**\u202e\u0007<img src=x> $(trash)';
  const pool = {
    ...({ name: hostile, kind: 'sqlalchemy' } as const),
    ...{ timeouts: 2, leaksDetected: 0, samples: 1 },
    ...{
      maxCheckedOut: 3,
      now: { size: 2, checkedOut: 2, checkedIn: 0, overflow: 1, waiting: 4, waitMs: 1250 },
    },
  } as const;
  const snapshot = {
    ...{
      status,
      pools: [pool],
      poolCount: 1,
      findings: [],
      applications: [],
      onServer: [],
      troubles: [],
      warnings: [],
    },
  };

  it('say what a pool is now, and take names for text', () => {
    const root = sourceNode(status, snapshot);
    const node = root.children?.find(({ kind }) => kind === 'pool');
    assert.ok(node);
    const item = poolTreeItem(node);
    assert.equal(item.description, '2 of 2 checked out · 0 in · 1 overflow · 4 waiting · 1.2 s · 2 given up');
    assert.equal(typeof item.tooltip, 'string');
    for (const character of ['\u0007', '\u202e'])
      assert.ok(!`${item.label as string}${item.tooltip as string}`.includes(character));
    assert.ok(item.accessibilityInformation?.label.endsWith('2 given up'));
  });

  it('tell what a server counts as soon as that is another number, though the pool says nothing new', async () => {
    const world = new World();
    let count = 3;
    world.engine.counts = () => [{ application: 'web', count, by: 'server', label: 'app@db:5432' }];
    await world.pools.add({ kind: 'log', path: '/a.log', application: 'web' });
    const tree = new PoolTree(
      world.pools,
      () => undefined,
      (error) => assert.ifError(error),
    );
    try {
      const told = async (): Promise<unknown> => {
        const [root] = await tree.getChildren();
        const row = (await tree.getChildren(root)).find(({ kind }) => kind === 'onServer');
        return row && tree.getTreeItem(row).description;
      };
      assert.equal(await told(), 'the server counts 3');
      count = 4;
      assert.equal(await told(), 'the server counts 3');
      tree.redrawCounts();
      assert.equal(await told(), 'the server counts 4');
      assert.equal(world.engine.all('poolSnapshot').length, 2);
    } finally {
      tree.dispose();
      world.pools.dispose();
    }
  });

  it('offer a chart of what is told of it: of no PgBouncer’s log', () => {
    const offered = rowsOf(commandIds.showPoolChart);
    const isOffered = (origin: PoolOrigin, kind: PoolRow['kind'], now: PoolFigures): boolean[] => {
      const root = sourceNode({ ...status, origin }, { ...snapshot, pools: [{ ...pool, kind, now }] });
      return [root, ...(root.children ?? [])].map((node) =>
        offered.test(poolTreeItem(node).contextValue ?? ''),
      );
    };
    assert.deepEqual(isOffered('applicationLog', 'hikaricp', {}), [true, true]);
    assert.deepEqual(isOffered('console', 'pgbouncer', { checkedOut: 0 }), [true, true]);
    assert.deepEqual(isOffered('poolerLog', 'pgbouncer', {}), [false, false]);
  });

  it('stand in one column below their pool, those that warn and those that do not', () => {
    const figures =
      sourceNode(status, snapshot).children?.find(({ kind }) => kind === 'pool')?.children ?? [];
    const icons = figures.map((figure) => (poolTreeItem(figure).iconPath as ThemeIcon | undefined)?.id);
    assert.deepEqual([...new Set(icons)], ['blank', 'warning']);
  });

  it('tell of a pattern what it finds while it is typed', () => {
    const figures = { checkedOut: 3, size: 5, waiting: 1 };
    const newest = { poolKind: 'custom', pool: 'orders', news: { kind: 'figures', figures }, at: 0 } as const;
    assert.equal(
      trialText({ lines: 200, matched: 12, newest }),
      'Of the newest 200 lines it matches 12; the last says: pool orders · checkedOut 3 · size 5 · waiting 1',
    );
    assert.match(trialText({ lines: 200, matched: 0 }), /matches none/);
    assert.match(trialText({ lines: 0, matched: 0 }), /no line yet/);
  });
});
