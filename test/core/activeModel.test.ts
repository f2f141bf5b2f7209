import assert from 'node:assert/strict';
import type { Dimension } from '../../src/core/session/filter.ts';
import type { SessionRow } from '../../src/core/snapshot/openSessions.ts';
import { ActiveModel, type ActiveNode, isBranch, pageSize } from '../../src/views/activeModel.ts';

/** Who is connected, as an engine would tell it: each name with the keys of its sessions. */
class Sessions {
  readonly asked: string[] = [];
  byDatabase: [name: string | undefined, keys: string[]][] = [];
  replicating: string[] = [];
  /** What every session has beside its key. */
  facts: Partial<SessionRow> = {};

  groups(dimension: Dimension, limit: number) {
    this.asked.push(dimension);
    const all = dimension === 'database' ? this.byDatabase : [];
    const groups = all.map(([name, keys]) => ({ name, count: keys.length }));
    return Promise.resolve({ groups: groups.slice(0, limit), total: groups.length });
  }

  sessions(dimension: Dimension, name: string | undefined, limit: number) {
    this.asked.push(`${dimension}=${name ?? ''}`);
    const keys = this.byDatabase.find(([each]) => each === name)?.[1] ?? [];
    const rows = keys.map((key): SessionRow => ({
      key,
      replication: false,
      beforeClear: false,
      ...this.facts,
    }));
    return Promise.resolve({ sessions: rows.slice(0, limit), total: rows.length });
  }

  walsenders(limit: number) {
    this.asked.push('walsenders');
    const rows = this.replicating.map((key): SessionRow => ({ key, replication: true, beforeClear: false }));
    return Promise.resolve({ sessions: rows.slice(0, limit), total: rows.length });
  }
}

const ids = (nodes: readonly ActiveNode[]): string[] => nodes.map(({ id }) => id);

describe('ActiveModel', () => {
  let sessions: Sessions;
  let model: ActiveModel;
  const root = () => model.roots(['database', 'user'])[0]!;
  const group = async (id: string) => (await model.children(root())).find((node) => node.id === id)!;

  beforeEach(() => {
    sessions = new Sessions();
    sessions.byDatabase = [
      ['shop', ['a', 'b']],
      ['test', ['c']],
      [undefined, ['d']],
    ];
    model = new ActiveModel(sessions);
  });

  it('has a root for each dimension, in their order, and keeps it when the others change', () => {
    const [database, user] = model.roots(['database', 'user']);
    assert.deepEqual(ids([database!, user!]), ['database', 'user']);
    assert.equal(model.roots(['host', 'database'])[1], database);
  });

  it('has one more root while there are walsenders, with their rows right below it', async () => {
    sessions.replicating = ['w'];
    const [, , replication] = model.roots(['database', 'user'], 1);
    assert.equal(replication?.kind, 'replication');
    assert.deepEqual(ids(await model.children(replication)), ['replication/w']);
    sessions.replicating = ['w', 'x'];
    assert.deepEqual(await model.update(), [replication]);
    assert.deepEqual(ids(await model.children(replication)), ['replication/w', 'replication/x']);
    assert.equal(model.roots(['database', 'user'], 2)[2], replication);
    assert.deepEqual(ids([...model.roots(['database', 'user'])]), ['database', 'user']);
  });

  it('tells an unknown name from a name that is empty', async () => {
    sessions.byDatabase.push(['', ['e']]);
    assert.deepEqual(ids(await model.children(root())), [
      'database/=shop',
      'database/=test',
      'database/',
      'database/=',
    ]);
  });

  it('asks for what is shown only, and no more once it is collapsed', async () => {
    await model.children(await group('database/=shop'));
    sessions.asked.length = 0;
    await model.update();
    assert.deepEqual(sessions.asked, ['database', 'database=shop']);
    model.hide(root());
    sessions.asked.length = 0;
    await model.update();
    assert.deepEqual(sessions.asked, []);
  });

  it('finds nothing to draw when nothing changed', async () => {
    await model.children(await group('database/=shop'));
    assert.deepEqual(await model.update(), []);
  });

  it('draws the group whose count changed, and keeps its node', async () => {
    const before = await group('database/=test');
    sessions.byDatabase[1]![1].push('e');
    const changed = await model.update();
    assert.deepEqual(ids(changed), ['database/=test']);
    assert.equal(changed[0], before);
  });

  it('draws the shown group in which one session took the place of another', async () => {
    const shop = await group('database/=shop');
    const [kept] = await model.children(shop);
    sessions.byDatabase[0]![1] = ['a', 'x'];
    assert.deepEqual(ids(await model.update()), ['database/=shop']);
    const rows = await model.children(shop);
    assert.deepEqual(ids(rows), ['database/=shop/a', 'database/=shop/x']);
    assert.equal(rows[0], kept);
  });

  const others: readonly Partial<SessionRow>[] = [
    { beforeClear: true },
    { applicationLatest: 'renamed' },
    { state: 'active', queryAgeMs: 5 },
  ];
  for (const facts of others) {
    it(`draws the shown group whose sessions have ${JSON.stringify(facts)} now`, async () => {
      await model.children(await group('database/=shop'));
      sessions.facts = facts;
      assert.deepEqual(ids(await model.update()), ['database/=shop']);
      assert.deepEqual(await model.update(), []);
    });
  }

  it('draws the root once when a name comes, goes or moves', async () => {
    await model.children(await group('database/=shop'));
    sessions.byDatabase = [
      ['test', ['c', 'e', 'f']],
      ['shop', ['a']],
    ];
    assert.deepEqual(ids(await model.update()), ['database']);
    assert.deepEqual(ids(await model.children(await group('database/=shop'))), ['database/=shop/a']);
  });

  it('shows so many, and as many again when asked for more', async () => {
    sessions.byDatabase = [['shop', Array.from({ length: pageSize + 5 }, (_, index) => `s${index}`)]];
    const shop = await group('database/=shop');
    const rows = await model.children(shop);
    assert.equal(rows.length, pageSize + 1);
    assert.deepEqual(rows.at(-1), { kind: 'more', id: 'database/=shop/…', branch: shop, rest: 5 });
    assert.ok(shop.kind === 'group');
    await model.showMore(shop);
    assert.equal((await model.children(shop)).length, pageSize + 5);
  });

  it('asks for nothing below a row that was collapsed while it was asked', async () => {
    await model.children(root());
    const updating = model.update();
    model.hide(root());
    assert.deepEqual(await updating, []);
    sessions.asked.length = 0;
    await model.update();
    assert.deepEqual(sessions.asked, []);
  });

  it('gives each row an id of its own, whatever somebody calls himself', async () => {
    sessions.byDatabase = [
      ['shop', Array.from({ length: pageSize + 1 }, (_, index) => `s${index}`)],
      ['shop/s0', ['a']],
      ['shop/…', ['b']],
      ['shop/', ['c']],
      ['', ['d']],
      [undefined, ['e']],
    ];
    const groups = await model.children(root());
    const below = await Promise.all(groups.map((node) => model.children(node)));
    const all = ids([root(), ...groups, ...below.flat()]);
    assert.deepEqual(
      all.filter((id, index) => all.indexOf(id) !== index),
      [],
    );
  });

  it('shows more walsenders too, when asked for more', async () => {
    sessions.replicating = Array.from({ length: pageSize + 5 }, (_, index) => `w${index}`);
    const replication = model.roots(['database'], pageSize + 5)[1]!;
    const more = (await model.children(replication)).at(-1)!;
    assert.ok(more.kind === 'more' && isBranch(more.branch));
    await model.showMore(more.branch);
    assert.equal((await model.children(replication)).length, pageSize + 5);
  });
});
