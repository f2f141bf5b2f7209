import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ServerLines } from '../engine/engineWorld.ts';
import { freshDirectory } from '../env/runDirectory.ts';
import type { FrameLocator, Locator, Workbench } from '../env/workbench.ts';
import { colours, measure } from './dashboardMeasures.ts';
import { eventually, eventuallyEqual } from './eventually.ts';
import { Opened } from './opened.ts';
import { openWindow, type TestWindow } from './openWindow.ts';
import { hostile, openShop, turnAway, type Shop } from './shop.ts';

describe('a followed log, in the real editor', () => {
  const opened = new Opened();
  let shop: Shop;
  let window: TestWindow;
  let workbench: Workbench;
  let page: FrameLocator;

  before(async () => {
    shop = opened.add(await openShop({ log_connections: 'on', log_disconnections: 'on' }), (each) =>
      each.dispose(),
    );
    await turnAway(shop);
    window = opened.add(
      await openWindow({
        'pgConnections.log': shop.server.dataDirectory,
        'pgConnections.history.bucketMinutes': 1,
      }),
      (each) => each.release(),
    );
    workbench = window.workbench;
    page = workbench.webviewFrame();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.pictureOfFailure(this.currentTest.title);
  });
  after(() => opened.close());

  const activeRows = async (level: number): Promise<string[]> =>
    (await workbench.treeRows('Active')).filter((row) => row.level === level).map(({ label }) => label);
  const failureRows = async (): Promise<string[]> =>
    (await workbench.treeRows('Failures')).map(({ label }) => label.replace(/ · .*/, ''));
  const activeRow = (name: string): Locator => workbench.treeRow('Active', `${name}: `);
  const roots = (count: number): string[] =>
    ['database', 'user', 'application'].map((by) => `By ${by}: ${count} connected`);
  const figures = async (): Promise<string[]> =>
    (await page.getByRole('list', { name: 'Counts' }).getByRole('listitem').allInnerTexts()).filter(Boolean);
  const feed = (sign: string): Locator => page.getByRole('listitem').filter({ hasText: `[${sign}]` });
  const wholeFigures = (): string[] => {
    const { connects, disconnects, failed } = shop.totals;
    return [
      `${shop.sessions.length} active`,
      `${connects - disconnects > 0 ? '+' : ''}${connects - disconnects} net`,
      `${connects} connects`,
      `${disconnects} disconnect${disconnects === 1 ? '' : 's'}`,
      `${failed} failed`,
    ];
  };

  it('shows who is connected by database, user and application, with the counts that the clients hold', async () => {
    await workbench.openView('Connections');
    await eventuallyEqual(() => activeRows(1), roots(shop.sessions.length));
    await workbench.foldView('Failures');
    for (const dimension of ['user', 'application'] as const)
      await workbench.unfoldRow(activeRow(`By ${dimension}`));
    const expected = (['database', 'user', 'application'] as const).flatMap((dimension) =>
      shop.counts(dimension).map(([name, count]) => `${name}: ${count} connected`),
    );
    await eventuallyEqual(async () => (await activeRows(2)).sort(), expected.sort());
    await window.pictures('tree');
    for (const dimension of ['user', 'application'] as const)
      await workbench.foldRow(activeRow(`By ${dimension}`));
    await workbench.foldView('Failures');
  });

  it('shows each session with its process, user, application and host', async () => {
    await workbench.unfoldRow(activeRow('shop'));
    const ofShop = shop.sessions.filter(({ database }) => database === 'shop');
    const facts = ofShop.map(({ pid, user, application = 'unknown', host }) =>
      [`Session ${pid}: ${user}`, application, host].join(' · '),
    );
    await eventuallyEqual(async () => {
      const rows = await activeRows(3);
      return rows.map((row) => row.replace(/ · \d+ (?:s|min)(?= · )/, '')).sort();
    }, facts.sort());
    await workbench.pointAt(workbench.treeRow('Active', `Session ${ofShop[0]?.pid ?? ''}`), 'Application');
    await workbench.screenshot('session-hover');
  });

  it('shows who was turned away, repeats as one row with their number', async () => {
    await eventuallyEqual(failureRows, [
      'no pg_hba.conf entry for host "127.0.0.1", user "mallory", database "shop", no encryption',
      'role "deploy" does not exist',
      'database "shpo" does not exist',
      '×3 password authentication failed for user "alice"',
    ]);
    const repeats = workbench.treeRow('Failures', '×3');
    await repeats.locator('.monaco-tl-twistie').click();
    await eventually('its three members are shown', async () => (await failureRows()).length === 7);
    await workbench.pointAt(repeats, 'password');
    await workbench.screenshot('failure-hover');
    await window.pictures('failures');
  });

  it('opens the log at the very line of a failure', async () => {
    await workbench.treeRow('Failures', 'database "shpo"').click();
    await workbench.editorTab('postgres.log').waitFor();
    const lines = readFileSync(shop.server.logFile, 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes('FATAL:  database "shpo" does not exist'));
    await eventuallyEqual(() => workbench.cursorLine(), line + 1);
    await workbench.page.locator('.view-line').getByText('database "shpo" does not exist').waitFor();
    await window.pictures('log-line');
  });

  it('opens the line of pg_hba.conf that refused somebody', async () => {
    const repeats = workbench.treeRow('Failures', '×3');
    await repeats.hover();
    await repeats.getByRole('button', { name: 'Open Linked Line' }).click();
    await workbench.editorTab('pg_hba.conf').waitFor();
    await eventuallyEqual(() => workbench.cursorLine(), 3);
    await window.pictures('pg-hba-line');
    await workbench.runCommand('View: Close All Editors');
  });

  it('counts the same in the dashboard', async () => {
    await workbench.runCommand('Connections: Show Dashboard');
    await eventuallyEqual(figures, wholeFigures());
    await eventuallyEqual(() => feed('!').count(), shop.totals.failed);
    assert.equal(await feed('+').count(), shop.totals.connects);
    assert.equal(await feed('-').count(), shop.totals.disconnects);
    await window.pictures('dashboard-panel');
  });

  it('draws the history', async () => {
    await workbench.runCommand('View: Toggle Panel Visibility');
    await workbench.runCommand('Connections: Open Dashboard in Editor');
    await eventually('the chart is drawn in several colours', async () => (await colours(page)) > 3);
    await window.pictures('dashboard-editor');
  });

  it('gives the same numbers as a table', async () => {
    await page.getByRole('button', { name: 'Show as Table' }).click();
    const column = async (name: string): Promise<number[]> => {
      const table = page.getByRole('table', { name: 'History of connections' });
      const names = await table.getByRole('columnheader').allInnerTexts();
      const cells = table.getByRole('row').locator(`:nth-child(${names.indexOf(name) + 1})`);
      // before the log began nothing is known
      return (await cells.allInnerTexts()).slice(1).map((cell) => Number(cell === '–' ? 0 : cell));
    };
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    assert.equal(sum(await column('Connects')), shop.totals.connects);
    assert.equal(sum(await column('Disconnects')), shop.totals.disconnects);
    assert.equal(sum(await column('Failed')), shop.totals.failed);
    assert.equal((await column('Active'))[0], shop.sessions.length);
    await window.pictures('dashboard-table');
    await page.getByRole('button', { name: 'Show as Table' }).click();
  });

  it('tells within moments who comes and leaves', async function () {
    const { LATENCY_EVENTS } = process.env;
    const events = Number(LATENCY_EVENTS ?? 10);
    this.timeout(60_000 + events * 1000);
    const measured = await measure(shop, page, events, LATENCY_EVENTS === undefined ? 0 : 300);
    for (const what of LATENCY_EVENTS === undefined ? [] : (['connects', 'disconnects'] as const)) {
      const latencies = measured[what];
      const [median = 0, worst = 0] = [latencies[latencies.length >> 1], latencies.at(-1)];
      console.log(`      ${what}, written → shown on the page: median ${median} ms, worst ${worst} ms`);
    }
    await eventuallyEqual(() => activeRows(1), roots(shop.sessions.length));
    await eventuallyEqual(figures, wholeFigures());
  });

  it('shows names as text, whatever they hold', async () => {
    const { user, database, application } = hostile;
    const eve = await shop.hold({ user, database, application, overSocket: true });
    const shownUser = String.raw`eve\u{202e}nimda\x1b[31m`;
    await activeRow(database).waitFor();
    const row = feed('+').last();
    await eventually('the feed shows the session', async () => (await row.innerText()).includes(application));
    assert.ok((await row.innerText()).includes(`${shownUser}@${database}`), await row.innerText());
    assert.equal(await page.locator('img').count(), 0);
    await window.pictures('hostile-names');
    await shop.leave(eve);
    await eventuallyEqual(() => activeRows(1), roots(shop.sessions.length));
  });

  it('filters every view by what is typed, but not the status bar', async () => {
    const ofShop = shop.sessions.filter(({ database }) => database === 'shop').length;
    await workbench.runCommand('Connections: Filter…');
    await workbench.quickPickRow('Type a filter').click();
    // the pick before it is the same widget
    await workbench.page.getByText('separated by spaces').waitFor();
    await workbench.quickInput().fill('db=shop');
    await workbench.page.keyboard.press('Enter');
    await eventuallyEqual(() => activeRows(1), roots(ofShop));
    await eventually('the page says so', async () => (await figures())[0] === `${ofShop} active`);
    await page.getByText('Filter: database shop').waitFor();
    await eventuallyEqual(failureRows, [
      'no pg_hba.conf entry for host "127.0.0.1", user "mallory", database "shop", no encryption',
      'role "deploy" does not exist',
    ]);
    await workbench.statusBarItem(String(shop.sessions.length)).first().waitFor();
    await window.pictures('filter');
    await workbench.runCommand('Connections: Clear Filter');
    await eventuallyEqual(() => activeRows(1), roots(shop.sessions.length));
  });

  it('filters by what is typed where names are picked', async () => {
    const ofShop = shop.sessions.filter(({ database }) => database === 'shop').length;
    await workbench.runCommand('Connections: Filter…');
    await workbench.quickPickRow('Databases').waitFor();
    await workbench.quickInput().fill('colour=red');
    await workbench.page.getByText('“colour=red” is not a filter').waitFor();
    await workbench.quickInput().fill('db=shop');
    await workbench.quickPickRow('db=shop').waitFor();
    await workbench.page.keyboard.press('Enter');
    await eventuallyEqual(() => activeRows(1), roots(ofShop));
    await workbench.runCommand('Connections: Filter…');
    await workbench.quickPickRow('Databases').waitFor();
    await workbench.quickInput().fill('db=nowhere');
    await workbench.quickPickRow('db=nowhere').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.view('Active').getByText('Nobody who is connected matches the filter').waitFor();
    await workbench.view('Failures').getByText('Of those whom the filter shows nobody').waitFor();
    await workbench.runCommand('Connections: Clear Filter');
    await eventuallyEqual(() => activeRows(1), roots(shop.sessions.length));
  });

  it('filters by a row of the tree', async () => {
    await workbench.chooseFromMenu(activeRow('analytics'), 'Filter by This');
    const ofAnalytics = shop.sessions.filter(({ database }) => database === 'analytics').length;
    await eventuallyEqual(() => activeRows(1), roots(ofAnalytics));
    await workbench.runCommand('Connections: Clear Filter');
    await eventuallyEqual(() => activeRows(1), roots(shop.sessions.length));
  });

  it('forgets what was with Clear, keeps who is connected, and takes it back', async () => {
    await workbench.view('Active').hover();
    await workbench.view('Active').getByRole('button', { name: 'Clear', exact: true }).click();
    const cleared = 'Counts, feed, failures and history up to now are cleared';
    await workbench.notification(cleared).waitFor();
    await eventuallyEqual(failureRows, []);
    await workbench.view('Failures').getByText('Since the last Clear nobody was turned away').waitFor();
    await eventuallyEqual(figures, [
      `${shop.sessions.length} active`,
      '0 net',
      '0 connects',
      '0 disconnects',
      '0 failed',
    ]);
    assert.deepEqual(await activeRows(1), roots(shop.sessions.length));
    await window.pictures('clear');
    await workbench.answerNotification(cleared, 'Undo');
    await eventuallyEqual(figures, wholeFigures());
    await eventually('the failures are back', async () => (await failureRows()).length > 3);
  });

  it('counts failures in the status bar and on the badge until they are looked at', async () => {
    await workbench.openView('Explorer');
    await turnAway(shop);
    const item = workbench.statusBarItem(new RegExp(`${shop.sessions.length}\\s+6$`));
    await item.waitFor();
    assert.equal(await workbench.badge('Connections'), '6');
    await workbench.pointAt(item, 'Failed logins since you last looked: 6');
    await workbench.screenshot('status-bar-hover');
    await window.pictures('status-bar');
    await item.click();
    await workbench.treeRow('Failures', '×6').waitFor();
    await eventually('nothing is new any more', async () => (await workbench.badge('Connections')) === '');
  });

  it('says what the server ended', async () => {
    const [victim] = shop.sessions.filter(({ application }) => application === 'web-2');
    assert.ok(victim);
    await shop.terminate(victim);
    await workbench.treeRow('Failures', 'Sessions ended by the server: 1').waitFor();
    await eventuallyEqual(() => activeRows(1), roots(shop.sessions.length));
  });

  it('follows another log beside it, with a root each and one feed for both', async () => {
    const lines = new ServerLines(Date.now() - 10_000);
    const other = join(freshDirectory('l'), 'standby.log');
    writeFileSync(
      other,
      lines.start() + lines.connect({ pid: 71, application: 'reports' }) + lines.refuse(72, 'zoe'),
    );
    await workbench.runCommand('Connections: Follow Another Log…');
    // before it is there, the palette would take what is typed
    await workbench.quickPickRow('Choose a file…').waitFor();
    // the servers of this machine are listed above it, once they are found
    await workbench.quickInput().fill('Choose a file');
    await workbench.quickPickRow('Choose a file…').click();
    await workbench.chooseFile('Choose a PostgreSQL log', other);
    const { length } = shop.sessions;
    await eventually('each has a root', async () => {
      const [first = '', second, ...others] = await activeRows(1);
      const isThere = first.startsWith(`postgres.log · Connected: ${length} · PostgreSQL `);
      return (
        isThere && second === 'standby.log · Connected: 1 · PostgreSQL 16.4 · shown' && others.length === 0
      );
    });
    await workbench.runCommand('Connections: Open Dashboard in Editor');
    await feed('!').filter({ hasText: 'zoe' }).waitFor();
    await eventually('the feed has the rows of both', async () => {
      const logs = await page.locator('.cells .log').allInnerTexts();
      return new Set(logs).size === 2;
    });
    await eventually('the figures are of the shown one', async () => (await figures())[0] === '1 active');
    await workbench.statusBarItem(/^\s*1$/).waitFor();
    await window.pictures('several-logs');
    await workbench.treeRow('Active', 'postgres.log').click();
    await eventually('now of the other', async () => (await figures())[0] === `${length} active`);
    await workbench.chooseFromMenu(workbench.treeRow('Active', 'standby.log'), 'Stop Following');
    await eventuallyEqual(() => activeRows(1), roots(length));
  });

  it('leaves no error on the console: nothing breaks the Content Security Policy', () => {
    assert.deepEqual(window.consoleErrors, []);
  });
});
