import assert from 'node:assert/strict';
import pg from 'pg';

import type { Workbench } from '../env/workbench.ts';
import { eventually, eventuallyEqual } from './eventually.ts';
import { Opened } from './opened.ts';
import { openWindow, type TestWindow } from './openWindow.ts';
import { openShop, type HeldSession, type Shop } from './shop.ts';

/** As the extension calls itself on a server. */
const ourName = 'PostgreSQL Connections';

describe('a live server, in the real editor', () => {
  const opened = new Opened();
  let shop: Shop;
  let window: TestWindow;
  let workbench: Workbench;

  before(async () => {
    const settings = { log_connections: 'on', log_disconnections: 'on', max_connections: '22' };
    shop = opened.add(await openShop(settings), (each) => each.dispose());
    window = opened.add(
      await openWindow({
        'pgConnections.log': shop.server.dataDirectory,
        'pgConnections.server.seenSeconds': 1,
      }),
      (each) => each.release(),
    );
    workbench = window.workbench;
    await workbench.openView('Connections');
    // before that there is no server of this log
    await workbench.treeRow('Active', 'shop').waitFor();
    await workbench.foldView('Failures');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.pictureOfFailure(this.currentTest.title);
  });
  after(() => opened.close());

  /** What the server itself says, asked by the test. */
  const ask = async <T extends pg.QueryResultRow>(sql: string, ...values: unknown[]): Promise<T[]> => {
    const client = new pg.Client(
      shop.server.clientConfig({ user: 'postgres', database: 'postgres', host: shop.server.socketDirectory }),
    );
    await client.connect();
    try {
      return (await client.query<T>(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  const isThere = async (pid: number): Promise<boolean> =>
    (await ask('select 1 from pg_stat_activity where pid = $1', pid)).length > 0;
  const ours = async (): Promise<number> =>
    (await ask('select 1 from pg_stat_activity where application_name = $1', ourName)).length;
  const rows = async (): Promise<string[]> => (await workbench.treeRows('Server')).map(({ label }) => label);
  const begins = (label: string) => async (): Promise<boolean> =>
    (await rows()).some((row) => row.startsWith(label));
  let chain: readonly HeldSession[] = [];

  it('is offered to be connected to, and is not until the user says so', async () => {
    await workbench.foldView('Server', 'open');
    await workbench.foldView('Active', 'folded');
    await workbench.view('Server').getByText('What the sessions do now').waitFor();
    assert.equal(await ours(), 0);
    await workbench.screenshot('server-welcome');
  });

  it('tells how many are connected, what they do, and how full it is', async () => {
    await workbench.runCommand('Connections: Connect to Server');
    await workbench.quickPickRow('The server of this log').click();
    const held = shop.sessions.length;
    const usable = 22 - 3;
    const percent = Math.round((100 * (held + 1)) / usable);
    await eventually(
      'the overview is there',
      begins(`Connections · ${percent} % · ${held} and ours of ${usable} usable`),
    );
    assert.ok((await rows()).includes(`Idle · ${held}`));
    assert.equal(await ours(), 1);
  });

  it('shows who waits for whom, as a chain', async () => {
    await shop.run('create table one ()', 'create table two ()');
    const login = { user: 'postgres', database: 'postgres', overSocket: true };
    chain = [
      await shop.hold({ ...login, application: 'migration' }),
      await shop.hold({ ...login, application: 'report' }),
      await shop.hold({ ...login, application: 'web-9' }),
    ];
    const [first, second, third] = chain;
    assert.ok(first && second && third);
    await first.client.query('begin; lock table one');
    await second.client.query('begin; lock table two');
    void second.client.query('lock table one').catch(() => undefined);
    void third.client.query('begin; lock table two').catch(() => undefined);
    await eventually('both wait', begins('Waiting for a lock · 2'));
    await eventually('the chain is there', begins(`${first.pid} · migration · idle in transaction`));
    const levels = (await workbench.treeRows('Server'))
      .filter(({ label }) => chain.some(({ pid }) => label.startsWith(`${pid} · `)))
      .map(({ label, level }) => [label.split(' · ')[0], level]);
    assert.deepEqual(levels.slice(0, 3), [
      [String(first.pid), 2],
      [String(second.pid), 3],
      [String(third.pid), 4],
    ]);
    await window.pictures('server-blocked');
  });

  it('ends a session only after it was shown, and tells what became of it', async () => {
    const [first] = chain;
    assert.ok(first);
    await workbench.chooseFromMenu(workbench.treeRow('Server', `${first.pid} · `), 'Terminate Session');
    const dialog = workbench.dialog();
    await dialog.getByText('pg_terminate_backend').waitFor();
    assert.ok(await isThere(first.pid));
    await workbench.screenshot('terminate-preview');
    await dialog.getByRole('button', { name: 'Terminate' }).click();
    await eventually('it is gone', async () => !(await isThere(first.pid)));
    shop.sessions.splice(shop.sessions.indexOf(first), 1);
    await eventually('who waited for it goes on', begins('Waiting for a lock · 1'));
  });

  it('shows a whole set row by row, and ends nothing where the user thinks better of it', async () => {
    const ofAnalytics = shop.sessions.filter(({ database }) => database === 'analytics');
    await workbench.runCommand('Connections: Terminate Sessions');
    await workbench.quickPickRow('All of a database').click();
    await workbench.quickPickRow('analytics').click();
    const dialog = workbench.dialog();
    for (const { pid } of ofAnalytics) await dialog.getByText(`${pid} · `).waitFor();
    await window.pictures('terminate-set-preview');
    await dialog.getByRole('button', { name: 'Open as Text' }).click();
    await workbench.editorTab('What would end').waitFor();
    for (const { pid } of ofAnalytics) assert.ok(await isThere(pid));
    await workbench.runCommand('View: Close All Editors');
  });

  it('shows what each session does in the Active view too', async () => {
    await workbench.foldView('Active');
    await workbench.unfoldRow(workbench.treeRow('Active', 'shop'));
    await eventually('a session is idle', async () =>
      (await workbench.treeRows('Active')).some(({ label }) => /^Session \d+: .* idle/.test(label)),
    );
    await workbench.screenshot('active-live');
  });

  it('ends a session of the Active view too only after it was shown', async () => {
    await workbench.chooseFromMenu(workbench.treeRow('Active', 'Session ').first(), 'Terminate Session');
    await workbench.dialog().getByText('pg_terminate_backend').waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.dialog().waitFor({ state: 'hidden' });
    await workbench.treeRow('Active', 'shop').click();
    await workbench.foldView('Active');
  });

  it('says 100 % when nobody is let in any more, and goes on when there is room again', async () => {
    const more: HeldSession[] = [];
    for (let left = 30; left > 0; left -= 1) {
      const session = await shop
        .hold({ user: 'web', database: 'shop', application: 'flood' })
        .catch(() => undefined);
      if (!session) break;
      more.push(session);
    }
    await eventually('it is critical', async () =>
      (await rows()).some((row) => /^Connections · (?:9\d|100) % · .* critical/.test(row)),
    );
    const told = async (): Promise<number> =>
      (await workbench.notifications()).filter((text) =>
        /that ordinary roles can have|server is full/.test(text),
      ).length;
    await eventually('it is told of', async () => (await told()) > 0);
    await window.pictures('server-full');
    assert.equal(await told(), 1);
    for (const session of more) await shop.leave(session);
    await eventually('there is room', async () =>
      (await rows()).some((row) => /^Connections · [5-8]\d % · /.test(row)),
    );
  });

  it('steps back to an earlier moment, also from out of sight, and says so', async () => {
    await workbench.foldView('Server', 'folded');
    await workbench.runCommand('Connections: Earlier Sample');
    await workbench
      .view('Server')
      .getByText(/^As it was at /)
      .waitFor();
    await workbench.runCommand('Connections: Latest Sample');
    await workbench
      .view('Server')
      .getByText(/^As it was at /)
      .waitFor({ state: 'hidden' });
  });

  it('is looked at as it is now after it was connected to anew', async () => {
    const back = workbench.view('Server').locator('.pane-header .action-label[aria-label*="Latest Sample"]');
    await workbench.runCommand('Connections: Earlier Sample');
    await eventuallyEqual(() => back.count(), 1);
    await workbench.runCommand('Connections: Disconnect from Server');
    await workbench.view('Server').getByText('What the sessions do now').waitFor();
    await workbench.runCommand('Connections: Connect to Server');
    await workbench.quickPickRow('The server of this log').click();
    await eventually('the overview is there', begins('Connections · '));
    await eventuallyEqual(() => back.count(), 0);
  });

  it('leaves no connection behind when it is disconnected from', async () => {
    await workbench.runCommand('Connections: Disconnect from Server');
    await eventuallyEqual(ours, 0);
    await workbench.view('Server').getByText('What the sessions do now').waitFor();
  });

  it('leaves no error on the console', () => assert.deepEqual(window.consoleErrors, []));
});
