import assert from 'node:assert/strict';

import type { Workbench } from '../env/workbench.ts';
import { eventuallyEqual } from './eventually.ts';
import { Opened } from './opened.ts';
import { openWindow, type TestWindow } from './openWindow.ts';
import { openShop, type Shop } from './shop.ts';

describe('a server that does not log connections, in the real editor', () => {
  const opened = new Opened();
  let shop: Shop;
  let window: TestWindow;
  let workbench: Workbench;

  before(async () => {
    shop = opened.add(await openShop({}), (each) => each.dispose());
    window = opened.add(await openWindow({ 'pgConnections.log': shop.server.dataDirectory }), (each) =>
      each.release(),
    );
    workbench = window.workbench;
    await workbench.openView('Connections');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.pictureOfFailure(this.currentTest.title);
  });
  after(() => opened.close());

  const roots = async (): Promise<string[]> =>
    (await workbench.treeRows('Active')).filter(({ level }) => level === 1).map(({ label }) => label);
  const connected = (count: number): string[] =>
    ['database', 'user', 'application'].map((by) => `By ${by}: ${count} connected`);

  it('is told of in one sentence, with what to do, in the view and in the dashboard', async () => {
    await workbench.view('Active').getByText('This server does not log who connects').waitFor();
    await workbench.runCommand('Connections: Show Dashboard');
    const page = workbench.webviewFrame();
    await page.getByRole('button', { name: 'Turn On Connection Logging' }).waitFor();
    await window.pictures('logging-off');
  });

  it('is changed only after the change was shown', async () => {
    await workbench.view('Active').getByRole('button', { name: 'Turn On Connection Logging' }).click();
    const dialog = workbench.dialog();
    await dialog.getByText("ALTER SYSTEM SET log_connections = 'all'").waitFor();
    assert.deepEqual(await shop.settings('log_connections', 'log_disconnections'), ['', 'off']);
    await window.pictures('logging-preview');
    await dialog.getByRole('button', { name: 'Turn On' }).click();
    await workbench.notification('Connection logging is on for PostgreSQL').waitFor();
    assert.deepEqual(await shop.settings('log_connections', 'log_disconnections'), ['all', 'on']);
  });

  it('shows whoever connects from then on', async () => {
    await shop.hold({ user: 'web', database: 'shop', application: 'web-1' });
    await shop.hold({ user: 'app', database: 'analytics', application: 'worker' });
    await eventuallyEqual(roots, connected(2));
    await workbench.view('Active').getByText('no longer logs connections').waitFor({ state: 'hidden' });
    await window.pictures('logging-on');
  });

  it('gets its old settings back with Undo', async () => {
    await workbench.answerNotification('Connection logging is on for PostgreSQL', 'Undo');
    await workbench.notification(/The logging settings of PostgreSQL .* are as they were/).waitFor();
    await eventuallyEqual(() => shop.settings('log_connections', 'log_disconnections'), ['', 'off']);
    await window.pictures('logging-undone');
  });

  it('leaves no error on the console', () => assert.deepEqual(window.consoleErrors, []));
});
