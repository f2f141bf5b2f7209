import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ConnectionsApi } from '../../src/extension.ts';
import type { ActiveNode } from '../../src/views/activeModel.ts';
import { commandIds } from '../../src/views/contributions.ts';
import { createLog, type LogFixture } from './logFixture.ts';
import { configuration, ownExtension, run, set, until } from './window.ts';

describe('extension', () => {
  let api: ConnectionsApi;
  let log: LogFixture;

  const status = () => {
    assert.ok(api.followed.status, 'a log is followed');
    return api.followed.status;
  };
  const label = (node: ActiveNode): string => {
    const item = api.active.getTreeItem(node);
    const text = typeof item.label === 'string' ? item.label : item.label?.label;
    return `${text ?? ''} | ${String(item.description)}`;
  };
  const children = async (node?: ActiveNode): Promise<readonly [ActiveNode[], string[]]> => {
    const nodes = await api.active.getChildren(node);
    return [nodes, nodes.map(label)];
  };

  before(async () => {
    log = await createLog('postgresql.log');
    await log.connect(201, 'app', 'shop', 'web');
    await log.connect(202, 'app', 'shop', 'worker');
    await log.connect(203, 'bob', 'test', 'psql');
    await log.disconnect(203, 'bob', 'test');
    await log.refuse(204, 'mallory');
    await set('log', log.path);
  });

  after(async () => {
    await set('log', undefined);
    await set('groupBy', undefined);
    await set('mute', undefined);
    await log.remove();
  });

  it('activates in no time, and starts nothing until it is asked to', async () => {
    const extension = ownExtension();
    const startedAt = performance.now();
    api = await extension.activate();
    assert.ok(performance.now() - startedAt < 1_000);
    assert.equal(api.followed.phase, 'idle');
    assert.equal(api.statusBar.text, undefined);
  });

  it('registers every command', async () => {
    const registered = await vscode.commands.getCommands(true);
    for (const command of Object.values(commandIds)) assert.ok(registered.includes(command), command);
  });

  it('follows the log that the setting names as soon as its view is shown', async () => {
    await vscode.commands.executeCommand('pgConnections.active.focus');
    await until('the log is followed', () => api.followed.status?.state === 'following');
    assert.equal(status().log.path, log.path);
    await until('the refused login is counted', () => status().totals.failures === 1);
    assert.deepEqual([status().active, status().totals.connects], [2, 3]);
  });

  it('counts sessions in the status bar, and failures until they are looked at', async () => {
    // The view that shows the failure is in sight: the moment in which it is new may have passed.
    await until('the status bar shows who is connected', () =>
      /^\$\(plug\) 2(?: \$\(error\) 1)?$/.test(api.statusBar.text ?? ''),
    );
  });

  it('shows who is connected by database, user and application, each with its count', async () => {
    const [roots, rootLabels] = await children();
    assert.deepEqual(rootLabels, ['By database | 2', 'By user | 2', 'By application | 2']);
    const [[shop], databases] = await children(roots[0]);
    assert.deepEqual(databases, ['shop | 2']);
    assert.deepEqual((await children(roots[2]))[1], ['web | 1', 'worker | 1']);
    const [, sessions] = await children(shop);
    assert.equal(sessions.length, 2);
    assert.match(sessions.join('\n'), /^201 \| app · web · \d+ s · \[local\]$/m);
  });

  it('tells all of a session in its tooltip, as text and not as Markdown', async () => {
    const [roots] = await children();
    const [[shop]] = await children(roots[0]);
    const [[session]] = await children(shop);
    assert.ok(session);
    const { token } = new vscode.CancellationTokenSource();
    const item = await api.active.resolveTreeItem(api.active.getTreeItem(session), session, token);
    assert.ok(item.tooltip instanceof vscode.MarkdownString);
    assert.match(item.tooltip.value, /\*\*Application\*\* (?:web|worker)/);
    assert.notEqual(item.tooltip.isTrusted, true);
  });

  it('follows what the server writes on', async () => {
    await log.connect(205, 'carol', 'shop', 'psql');
    await until('three are connected', () => status().active === 3);
    await log.disconnect(205, 'carol', 'shop');
    await until('two are connected', () => status().active === 2);
  });

  it('opens the log at the very line of a failed login', async () => {
    await until('it is listed', async () => (await api.failures.getChildren())[0]?.kind === 'trouble');
    const [failure] = await api.failures.getChildren();
    assert.ok(failure?.kind === 'trouble');
    assert.equal(failure.group.kind, 'password');
    assert.equal(api.failures.getTreeItem(failure).label, '"mallory": password authentication failed');
    await run('latestFailure');
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.fsPath, log.path);
    const { text } = editor.document.lineAt(editor.selection.active.line);
    assert.match(text, /FATAL: {2}password authentication failed/);
  });

  it('acknowledges a failure, which stays in the list', async () => {
    const [failure] = await api.failures.getChildren();
    await run('acknowledge', failure);
    await until('it is acknowledged', async () => {
      const [row] = await api.failures.getChildren();
      return row?.kind === 'trouble' && row.group.acknowledged;
    });
  });

  it('hides failures like a muted one, and says how many', async () => {
    const [failure] = await api.failures.getChildren();
    const misspelt = { mesage: 'health check' };
    await set('mute', [misspelt]);
    await run('muteLikeThis', failure);
    await until('it is hidden', async () => (await api.failures.getChildren()).length === 0);
    assert.deepEqual(configuration().get<unknown[]>('mute')?.slice(0, -1), [misspelt]);
    assert.equal(api.failures.view.message, '1 hidden by mute rules');
    await set('mute', undefined);
    await until('it is back', async () => (await api.failures.getChildren()).length === 1);
    assert.equal(api.failures.view.message, undefined);
  });

  it('opens what the log says of one session', async () => {
    const [roots] = await children();
    const [[shop]] = await children(roots[0]);
    const [sessions] = await children(shop);
    await run(
      'openSessionLog',
      sessions.find((node) => node.kind === 'session' && node.row.pid === 201),
    );
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /\[201\] LOG: {2}connection authorized: user=app database=shop application_name=web/);
    assert.doesNotMatch(text, /\[202\]/);
  });

  it('copies a name or a session, and shows all that is known of one', async () => {
    const [roots] = await children();
    const [[shop]] = await children(roots[0]);
    const [sessions] = await children(shop);
    const session = sessions.find((node) => node.kind === 'session' && node.row.pid === 201);
    await run('copyRow', shop);
    assert.equal(await vscode.env.clipboard.readText(), 'shop');
    await run('copyRow', session);
    assert.match(await vscode.env.clipboard.readText(), /^201 · app@shop · web · \d+ s · \[local\]$/);
    await run('showDetails', session);
    const details = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(details, /^Application +web$/m);
    assert.match(details, /^User +app$/m);
  });

  it('exports its events, and copies its summary', async () => {
    const path = `${log.path}.csv`;
    await run('exportEvents', path);
    assert.match(await readFile(path, 'utf8'), /mallory/);
    await run('copySummary');
    await until('the summary is in the clipboard', async () =>
      (await vscode.env.clipboard.readText()).includes('Active connections: 2'),
    );
  });

  it('copies an incident note, and exports rules with the thresholds of its settings', async () => {
    await run('copyIncidentNote', { scope: 'all', masked: true });
    await until('the note is in the clipboard', async () =>
      (await vscode.env.clipboard.readText()).startsWith('# Incident note'),
    );
    const note = await vscode.env.clipboard.readText();
    assert.match(note, /^- Peak: \d open sessions at [^]* 1 refused,[^]*\| user-\d/m);
    assert.doesNotMatch(note, /mallory|shop/);
    const path = `${log.path}.yml`;
    await run('exportDashboardConfig', { format: 'prometheus', path });
    assert.match(await readFile(path, 'utf8'), /pgconnections_server_utilization_ratio >= 0\.7"/);
  });

  it('filters every view, but neither the status bar nor the badge', async () => {
    await run('filter', 'app=web');
    await until('one matches', () => status().activeFiltered === 1);
    await until('the tree is filtered', async () => (await children())[1][0] === 'By database | 1');
    assert.match(api.statusBar.text ?? '', /^\$\(plug\) 2/);
    await run('clearFilter');
    await until('both match again', () => status().activeFiltered === 2);
  });

  it('forgets up to now with Clear, keeps who is connected, and takes that back', async () => {
    const { connects } = status().totals;
    await run('clear');
    await until('the counts are 0', () => status().totals.connects === 0 && status().canUndoClear);
    assert.equal(status().active, 2);
    await until('open sessions are marked', async () => {
      const [roots] = await children();
      const [[shop]] = await children(roots[0]);
      return (await children(shop))[1].every((row) => row.endsWith('from before Clear'));
    });
    await until('no failures are shown', async () => (await api.failures.getChildren()).length === 0);
    await run('undoClear');
    await until('the counts are back', () => status().totals.connects === connects);
  });

  it('pauses, and catches up when it follows again', async () => {
    await run('pause');
    await until('it is paused', () => status().state === 'paused');
    await log.connect(206, 'dave', 'shop', 'psql');
    await run('follow');
    await until('it caught up', () => status().active === 3);
    await log.disconnect(206, 'dave', 'shop');
    await until('two are connected', () => status().active === 2);
  });

  it('groups as the setting says, at once', async () => {
    await set('groupBy', ['host']);
    await until('it groups by host', async () => (await children())[1].join() === 'By host | 2');
    await set('groupBy', undefined);
  });

  it('opens one dashboard as an editor, and shows it again the second time', async () => {
    const isDashboard = (tab: vscode.Tab): boolean =>
      tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes('pgConnections');
    const dashboards = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isDashboard);
    await run('openDashboard');
    await run('openDashboard');
    await until('the tab is there', () => dashboards().length > 0);
    assert.equal(dashboards().length, 1);
  });

  it('shows its status as a text that nobody can edit', async () => {
    await run('showStatus');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'pg-connections-excerpt');
    assert.ok(document.getText().includes('postgresql.log'));
  });

  it('says in one sentence why a log cannot be followed, and follows the next one', async () => {
    await set('log', `${log.path}.missing`);
    await until('it is refused', () => api.followed.phase === 'refused');
    assert.match(api.followed.refusal?.message ?? '', /does not exist/);
    const steps = await api.active.getChildren();
    assert.match(
      steps.map((node) => api.active.getTreeItem(node).command?.command).join(' '),
      /^pgConnections\.chooseLog workbench\.action\.open\w*Settings pgConnections\.lookAgain$/,
    );
    assert.equal(api.statusBar.text, undefined);
    await set('log', log.path);
    await until('it is followed again', () => api.followed.status?.state === 'following');
    assert.equal(status().active, 2);
  });
});
