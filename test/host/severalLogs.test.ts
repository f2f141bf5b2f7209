import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectionsApi } from '../../src/extension.ts';
import { keepCommandSource } from '../../src/views/settings.ts';
import { createLog, type LogFixture } from './logFixture.ts';
import { configuration, ownExtension, run, set, until } from './window.ts';

describe('several logs', () => {
  let api: ConnectionsApi;
  let one: LogFixture;
  let two: LogFixture;
  const text = (item: vscode.TreeItem): string =>
    `${typeof item.label === 'string' ? item.label : (item.label?.label ?? '')} | ${String(item.description)}`;
  const subscriptions: vscode.Disposable[] = [];
  const shown = (): string | undefined => api.followed.status?.log.path;
  const isRead = (): boolean => api.followed.all.every(({ state }) => state === 'following');

  before(async () => {
    api = await ownExtension().activate();
    one = await createLog('one.log');
    two = await createLog('two.log');
    await one.connect(401, 'app', 'shop', 'web');
    await two.connect(402, 'bob', 'test', 'psql');
    await two.connect(403, 'bob', 'test', 'psql');
    await set('log', one.path);
    await vscode.commands.executeCommand('pgConnections.active.focus');
    await until('the first is read', () => shown() === one.path && isRead());
  });
  after(async () => {
    for (const subscription of subscriptions) subscription.dispose();
    await set('log', undefined);
    await set('commandSources', undefined);
    await one.remove();
    await two.remove();
  });

  it('have a root each once another one is followed, and the one that came last is shown', async () => {
    const [database] = await api.active.getChildren();
    assert.equal(database?.kind, 'dimension');
    await run('followAnother', two.path);
    await until('both are read', () => api.followed.all.length === 2 && isRead());
    assert.equal(shown(), two.path);
    const roots = await api.active.getChildren();
    assert.deepEqual(
      roots.map((root) => text(api.active.getTreeItem(root))),
      ['one.log | 1 · PostgreSQL 16.4', 'two.log | 2 · PostgreSQL 16.4'],
    );
    const rows = await Promise.all(roots.map((root) => api.active.getChildren(root)));
    assert.deepEqual(
      rows.map((row) => text(api.active.getTreeItem(row[0]!))),
      ['By database | 1', 'By database | 2'],
    );
    const ids = rows.flat().map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const [group] = await api.active.getChildren(rows[0]![0]);
    assert.equal(text(api.active.getTreeItem(group!)), 'shop | 1');
    assert.match(api.statusBar.text ?? '', /^\$\(plug\) 2/);
  });

  it('tell of their failures apart, and open them each in its own file', async () => {
    await one.refuse(404, 'mallory');
    await vscode.commands.executeCommand('pgConnections.failures.focus');
    await until('it is told', () => api.followed.all[0]?.totals.failures === 1);
    const [first, second] = await api.failures.getChildren();
    assert.deepEqual([first?.kind, second?.kind], ['log', 'log']);
    const [failure] = await api.failures.getChildren(first);
    assert.deepEqual(await api.failures.getChildren(second), []);
    const { command } = api.failures.getTreeItem(failure!);
    await vscode.commands.executeCommand(command!.command, ...((command!.arguments ?? []) as unknown[]));
    await until('it is open', () => vscode.window.activeTextEditor?.document.uri.fsPath === one.path);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('have rows that are told of again, where the editor drew them of a moment that has passed', async () => {
    const [activeRow] = await api.active.getChildren();
    const [failuresRow] = await api.failures.getChildren();
    assert.ok(activeRow?.kind === 'log' && failuresRow?.kind === 'log');
    const drawn = { active: '', failures: '' };
    const drawActive = (): void => void (drawn.active = text(api.active.getTreeItem(activeRow)));
    const drawFailures = (): void => void (drawn.failures = text(api.failures.getTreeItem(failuresRow)));
    subscriptions.push(
      api.active.onDidChangeTreeData(drawActive),
      api.failures.onDidChangeTreeData(drawFailures),
    );
    const connected = (count: number): Promise<void> =>
      until(`${count} are connected`, () => api.followed.all[0]?.active === count);
    for (const pid of [410, 411, 412, 413]) {
      // where much happens, the trees look at it less often
      await one.burst(30);
      await one.connect(pid, 'app', 'shop', 'web');
      await one.ready(pid);
      await connected(2);
      await one.connect(420, 'app', 'shop', 'web');
      await one.ready(420);
      await connected(3);
      drawActive();
      drawFailures();
      await one.disconnect(420, 'app', 'shop');
      for (const tree of ['active', 'failures'] as const)
        await until(`2 are drawn, ${tree}`, () => drawn[tree].startsWith('one.log | 2 · '));
      await one.disconnect(pid, 'app', 'shop');
      await connected(1);
    }
  });

  it('are shown by a click on their row, and stay when another is followed no longer', async () => {
    const [first, second] = await api.active.getChildren();
    const { command } = api.active.getTreeItem(first!);
    await vscode.commands.executeCommand(command!.command, ...((command!.arguments ?? []) as unknown[]));
    assert.equal(shown(), one.path);
    assert.match(api.statusBar.text ?? '', /^\$\(plug\) 1/);
    await run('stopFollowing', second);
    assert.deepEqual(
      api.followed.all.map(({ log }) => log.path),
      [one.path],
    );
    assert.equal((await api.active.getChildren())[0]?.kind, 'dimension');
  });

  it('may be the output of a command of the user, and never of one that a workspace names', async () => {
    if (process.platform === 'win32') return;
    await set('commandSources', { db: ['tail', '-n', '+1', '-f', two.path] });
    await run('followAnother', { commandName: 'db' });
    await until('its output is read', () => api.followed.status?.active === 2 && isRead());
    assert.deepEqual([shown(), api.followed.status?.log.kind], ['db', 'command']);
    await run('stopFollowing');
    assert.deepEqual(
      api.followed.all.map(({ log }) => log.path),
      [one.path],
    );
    await set('commandSources', { db: ['true'], half: ['docker', 5], none: '' });
    await keepCommandSource({ name: 'db', command: 'false' });
    assert.deepEqual(configuration().get('commandSources'), { db: 'false', half: ['docker', 5], none: '' });
    await assert.rejects(async () =>
      configuration().update('commandSources', { evil: 'true' }, vscode.ConfigurationTarget.Workspace),
    );
  });
});
