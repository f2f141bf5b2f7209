import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ConnectionsApi } from '../../src/extension.ts';
import type { ActiveNode } from '../../src/views/activeModel.ts';
import type { TroubleNode } from '../../src/views/troubleRow.ts';
import { createLog, type LogFixture } from './logFixture.ts';
import { ownExtension, set, until } from './window.ts';

describe('what a change draws', () => {
  let api: ConnectionsApi;
  let log: LogFixture;
  let subscriptions: vscode.Disposable[];
  /** What was told since the last look, one list of ids for each time. */
  let active: string[][];
  let failures: string[][];

  const id = (node: ActiveNode | TroubleNode): string => node.id;
  const fired = <T>(nodes: T | T[] | undefined): T[] =>
    nodes === undefined ? [] : Array.isArray(nodes) ? nodes : [nodes];
  const ids = (told: ActiveNode | ActiveNode[] | TroubleNode | TroubleNode[] | undefined): string[] =>
    told === undefined ? ['everything'] : fired<ActiveNode | TroubleNode>(told).map(id);

  before(async () => {
    api = await ownExtension().activate();
    // ages of hours: those of seconds are drawn anew all the time
    log = await createLog('changes.log', 3.5 * 3_600_000);
    await log.connect(301, 'app', 'shop', 'web');
    await log.connect(302, 'bob', 'test', 'psql');
    await log.refuse(303, 'mallory');
    await set('log', log.path);
    await vscode.commands.executeCommand('pgConnections.active.focus');
    await until('the log is read', () => api.followed.status?.log.path === log.path && isQuiet());
    [active, failures] = [[], []];
    subscriptions = [
      api.active.onDidChangeTreeData((told) => active.push(ids(told))),
      api.failures.onDidChangeTreeData((told) => failures.push(ids(told))),
    ];
    await isDrawn();
    const [root] = await api.active.getChildren();
    for (const group of await api.active.getChildren(root)) await api.active.getChildren(group);
    await isLookedAt();
    [active.length, failures.length] = [0, 0];
  });
  after(async () => {
    for (const subscription of subscriptions) subscription.dispose();
    await set('log', undefined);
    await log.remove();
  });
  /** Resolves when all is drawn that there is to draw: a busy machine takes its time. */
  const isDrawn = (): Promise<void> =>
    until('all is drawn', async () => {
      const told = active.length + failures.length;
      await pause(1000);
      return told === active.length + failures.length;
    });
  /** Resolves when the ages of what is shown have been looked at once more, which may draw what has changed again. */
  const isLookedAt = async (): Promise<void> => {
    await pause(10_500);
    await isDrawn();
  };
  const isQuiet = (): boolean =>
    api.followed.status?.state === 'following' && api.followed.status.totals.failures === 1;

  it('in the Active view are the groupings whose count changed, told at once', async () => {
    await log.connect(304, 'app', 'shop', 'web');
    await until('it is drawn', () => active.length > 0);
    assert.deepEqual(active, [['database', 'user', 'application']]);
    assert.deepEqual(failures, []);
    await isLookedAt();
    active.length = 0;
  });

  it('in the Active view is one group where one session took the place of another', async () => {
    await log.together(async () => {
      await log.disconnect(304, 'app', 'shop');
      await log.connect(305, 'app', 'shop', 'web');
      // else it is told 100 ms after the other has left
      await log.ready(305);
    });
    await until('it is drawn', () => active.length > 0);
    await until('the other is there', () => api.followed.status?.totals.connects === 4);
    await isDrawn();
    assert.deepEqual(
      active.flat().filter((each) => each !== 'database/=shop' && !isRoot(each)),
      [],
      JSON.stringify(active),
    );
    assert.ok(active.flat().includes('database/=shop'), JSON.stringify(active));
    await isLookedAt();
    active.length = 0;
  });
  const isRoot = (each: string): boolean => ['database', 'user', 'application'].includes(each);

  it('in the Active view are the groupings again, where the editor drew them of a moment that has passed', async () => {
    const [root] = await api.active.getChildren();
    assert.ok(root);
    let drawn = '';
    const draw = (): void => void (drawn = String(api.active.getTreeItem(root).description));
    subscriptions.push(api.active.onDidChangeTreeData((told) => fired(told).includes(root) && draw()));
    const connected = (count: number): Promise<void> =>
      until(`${count} are connected`, () => api.followed.status?.active === count);
    const before = api.followed.status?.active ?? 0;
    const isDrawnAs = (count: number): Promise<void> =>
      until(`${count} are drawn`, () => drawn === String(count));
    for (const pid of [310, 311, 312, 313]) {
      // where much happens, the tree looks at it less often
      await log.burst(30);
      await log.connect(pid, 'app', 'shop', 'web');
      await log.ready(pid);
      await connected(before + 1);
      await log.connect(320, 'app', 'shop', 'web');
      await log.ready(320);
      await connected(before + 2);
      // busy, the editor has come to what it was told a moment ago only now
      draw();
      await log.disconnect(320, 'app', 'shop');
      await isDrawnAs(before + 1);
      await log.disconnect(pid, 'app', 'shop');
      await isDrawnAs(before);
    }
    await isLookedAt();
    active.length = 0;
  });

  it('in the Failures view is the group that was repeated', async () => {
    const [group] = await api.failures.getChildren();
    assert.ok(group);
    failures.length = 0;
    await log.refuse(306, 'mallory');
    await until('it is drawn', () => failures.length > 0);
    assert.deepEqual(failures, [[group.id]]);
    assert.deepEqual(active, []);
  });

  it('is nothing where the view is out of sight: nobody is even asked', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('it is hidden', () => !api.active.view.visible && !api.failures.view.visible);
    [active.length, failures.length] = [0, 0];
    await log.connect(307, 'app', 'shop', 'web');
    await log.refuse(308, 'mallory');
    await until('it is counted', () => api.followed.status?.totals.failures === 3);
    await pause(600);
    assert.deepEqual([active, failures], [[], []]);
  });
});
