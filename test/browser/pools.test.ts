import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { playPoolStories, sqlalchemyVersion } from '../env/pools/sqlalchemy.ts';
import { poolerVersion } from '../env/pooler.ts';
import { openPoolScene, type PooledClient, type PoolScene } from '../env/poolScene.ts';
import { freshDirectory } from '../env/runDirectory.ts';
import type { Workbench } from '../env/workbench.ts';
import { eventually } from './eventually.ts';
import { Opened } from './opened.ts';
import { openWindow, type TestWindow } from './openWindow.ts';

describe('pools, in the real editor', () => {
  const opened = new Opened();
  let scene: PoolScene;
  let window: TestWindow;
  let workbench: Workbench;

  before(async function () {
    if (poolerVersion() === undefined) return this.skip();
    scene = opened.add(await openPoolScene(), (each) => each.dispose());
    window = opened.add(
      await openWindow({
        'pgConnections.log': scene.server.dataDirectory,
        'pgConnections.server.seenSeconds': 1,
      }),
      (each) => each.release(),
    );
    workbench = window.workbench;
    await workbench.openView('Connections');
    await workbench.view('Active').getByText('Nobody is connected right now').waitFor();
    for (const view of ['Active', 'Failures']) await workbench.foldView(view);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.pictureOfFailure(this.currentTest.title);
  });
  after(() => opened.close());

  const rows = async (): Promise<string[]> => (await workbench.treeRows('Pools')).map(({ label }) => label);
  const begins = (label: string) => async (): Promise<boolean> =>
    (await rows()).some((row) => row.startsWith(label));
  /** Is there a finding that begins so? A row says first how bad it is. */
  const finds = (label: string) => async (): Promise<boolean> =>
    (await rows()).some(
      (row) => /^(?:critical|warning) · /.test(row) && row.split(' · ')[1]?.startsWith(label),
    );
  const pool = async (): Promise<string | undefined> =>
    (await rows()).find((row) => row.startsWith('shop/app'));
  const held: { readonly who: PooledClient; readonly pid: number }[] = [];

  it('asks for the password of a console only when it is needed, and shows what the console says', async () => {
    const { uri, password } = scene;
    for (const application of ['web', 'web', 'web', 'worker']) await scene.connect(application);
    for (const who of scene.clients.slice(0, 2)) held.push({ who, pid: await scene.begin(who) });
    await workbench.runCommand('Connections: Add Pool');
    await workbench.quickPickRow('The console of a PgBouncer').click();
    // the pick before it is the same widget
    const input = workbench.page.getByPlaceholder('postgres://user@host');
    await input.fill(uri);
    await input.press('Enter');
    const secret = workbench.page.locator('.quick-input-widget input[type=password]');
    await secret.fill(password);
    await secret.press('Enter');
    await eventually('both work', begins('shop/app · 2 of 2 checked out'));
    const [row] = (await scene.show('POOLS')).filter(({ database }) => database === 'shop');
    assert.deepEqual([row?.['sv_active'], row?.['cl_waiting'], row?.['pool_mode']].map(String), [
      '2',
      '0',
      'transaction',
    ]);
    assert.match((await pool()) ?? '', /^shop\/app · 2 of 2 checked out · 0 in · transaction$/);
    assert.ok(await finds('Every server connection of shop/app is in use: 2 of 2.')());
  });

  it('finds the backend that works for each client, and what its server says of it', async () => {
    await workbench.runCommand('Connections: Connect to Server');
    await workbench.quickPickRow('The server of this log').click();
    await workbench.treeRow('Pools', 'web · 3 clients · 2 with a backend').click();
    for (const { who, pid } of held)
      await eventually(
        `${who.port} goes to ${pid}`,
        begins(`127.0.0.1:${who.port} → backend ${pid} · app@shop · idle in transaction`),
      );
    await eventually('the server counts too', async () =>
      (await rows()).some((row) => /^web · 3 clients .* the server counts 2$/.test(row)),
    );
  });

  it('says that somebody waits, once in a message, and that nobody does any more', async () => {
    const [, , third] = scene.clients;
    assert.ok(third);
    const answer = third.client.query('select 1');
    await eventually('one waits', finds('Clients of shop/app wait for a server connection: 1.'));
    await eventually('for long', finds('A client of shop/app has waited'));
    assert.match((await pool()) ?? '', /^shop\/app · 2 of 2 checked out · 0 in · 1 waiting · /);
    await workbench.notification('A client of shop/app has waited').waitFor();
    await window.pictures('pools-waiting');
    assert.equal((await workbench.notifications()).filter((text) => text.includes('shop/app')).length, 1);
    for (const { who } of held) await who.client.query('commit');
    await answer;
    await eventually('nobody waits', async () => !(await finds('Clients of shop/app wait')()));
    await eventually('nothing is in use', begins('shop/app · 0 of 2 checked out · 2 in'));
  });

  it('shows the pool of an application from its log: what its own events told', async function () {
    if (sqlalchemyVersion() === undefined) return this.skip();
    const directory = opened.add(freshDirectory('p'), async (path) => {
      await rm(path, { recursive: true, force: true });
    });
    const logFile = join(directory, 'orders.log');
    const run = { story: 'nested', format: 'timed', logFile, processes: 1 } as const;
    const [[truth] = []] = await playPoolStories(scene.server, [run]);
    assert.ok(truth);
    await workbench.runCommand('Connections: Add Pool');
    await workbench.quickPickRow('The log of an application').click();
    await workbench.chooseFile('Choose the log of an application', logFile);
    await workbench.quickPickRow('None of them, or not known').click();
    await eventually('its pool is there', begins('orders.log · sqlalchemy'));
    await workbench.treeRow('Pools', 'QueuePool').click();
    await eventually('with all it did', begins(`Checkouts · ${truth.checkouts} · ${truth.returns} returned`));
    const told = await rows();
    for (const row of [
      `Checked out · ${truth.checkedOut} · at most ${truth.maxCheckedOut}`,
      `Checkouts given up · ${truth.timeouts}`,
      `Connections opened · ${truth.created}`,
    ])
      assert.ok(told.includes(row), `${row} is not among ${told.join('\n')}`);
  });

  it('draws a pool over time', async () => {
    await workbench.treeRow('Pools', 'shop/app').click();
    await workbench.runCommand('Connections: Show Pool Chart');
    if (sqlalchemyVersion() !== undefined) await workbench.quickPickRow('my user@').click();
    await workbench.webviewFrame().locator('svg .out').waitFor({ state: 'attached' });
    assert.ok((await workbench.webviewFrame().locator('tbody tr').count()) > 2);
    await window.pictures('pool-chart');
  });

  it('follows them again when the window is opened again', async () => {
    await workbench.page.reload();
    // the secrets of this editor end with its window
    const secret = workbench.page.locator('.quick-input-widget input[type=password]');
    await secret.fill(scene.password);
    await secret.press('Enter');
    await eventually('the pool is there', begins('shop/app · 0 of 2 checked out'));
  });

  it('leaves the console when it is removed', async () => {
    await workbench.runCommand('Connections: Remove Pool');
    // of one alone it is not asked which
    if (sqlalchemyVersion() !== undefined) await workbench.quickPickRow('my user@').click();
    await eventually('it is gone', async () => !(await begins('my user@')()));
    await eventually('nobody looks any more', async () =>
      (await scene.show('CLIENTS')).every(({ user }) => user !== 'my user'),
    );
  });

  it('says what to do once the last pool is removed', async () => {
    // there is nothing to choose
    if (sqlalchemyVersion() !== undefined) await workbench.runCommand('Connections: Remove Pool');
    await workbench.view('Pools').getByText('Add Pool…').waitFor();
    await workbench.page.keyboard.press('F1');
    await workbench.quickInput().fill('>pool');
    await workbench.quickPickRow('Connections: Add Pool').waitFor();
    const offered = await workbench.quickPickRows();
    assert.deepEqual(
      offered.filter((row) => /Remove Pool|Show Pool Chart/u.test(row)),
      [],
    );
    await workbench.page.keyboard.press('Escape');
    await workbench.foldView('Pools', 'folded');
    await workbench.runCommand('Connections: Disconnect from Server');
    await eventually('no server is connected', async () => (await workbench.treeRows('Server')).length === 0);
  });

  it('leaves no error on the console', () => assert.deepEqual(window.consoleErrors, []));
});
