import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from '../env/checkout.ts';
import { freshDirectory } from '../env/runDirectory.ts';
import type { Workbench } from '../env/workbench.ts';
import { eventually } from './eventually.ts';
import { Opened } from './opened.ts';
import { openWindow, type TestWindow } from './openWindow.ts';

/** Recorded from a real server, with connections. */
const recorded = join(checkout, 'test/fixtures/16-stderr-options/server.log');

describe('where no log can be followed, in the real editor', () => {
  const opened = new Opened();
  let window: TestWindow;
  let workbench: Workbench;
  let directory: string;

  before(async () => {
    directory = freshDirectory('logs');
    window = opened.add(await openWindow({}), (each) => each.release());
    workbench = window.workbench;
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.pictureOfFailure(this.currentTest.title);
  });
  after(() => opened.close());

  /** In the Active view, and on the dashboard. */
  const isSaid = async (text: string): Promise<void> => {
    await workbench.view('Active').getByText(text).waitFor();
    await workbench.webviewFrame().getByText(text).filter({ visible: true }).first().waitFor();
  };
  const follow = (name: string): string => {
    const path = join(directory, name);
    window.set({ 'pgConnections.log': path });
    return path;
  };

  it('looks for a server by itself, and says what to do where there is none', async () => {
    await workbench.openView('Connections');
    await workbench.runCommand('Connections: Show Dashboard');
    const view = workbench.view('Active');
    // Whether a server runs on this machine, or its log lies there, is not ours to say.
    const found = workbench.page.locator('.pane-header[aria-label^="Active"] .description');
    const none = view.getByText('No PostgreSQL log was found on this machine.');
    await eventually('one is found, or none', async () => {
      return (await none.isVisible()) || (await found.allInnerTexts()).join('') !== '';
    });
    if (await none.isVisible()) {
      await view.getByRole('button', { name: 'Look Again' }).waitFor();
      await view.getByRole('button', { name: 'Choose Log…' }).waitFor();
      await window.pictures('first-run');
    } else console.log('      a server is discovered on this machine: its log is followed');
  });

  it('names a file that does not exist', async () => {
    const path = follow('missing.log');
    await isSaid(`${path} does not exist: check the path, or name none to have the log found.`);
    for (const step of ['Choose Log…', 'Change the Path in the Settings', 'Look Again'])
      await workbench.treeRow('Active', step).waitFor();
    await window.pictures('missing-file');
    await workbench.treeRow('Active', 'Change the Path in the Settings').click();
    await workbench.page.locator('.settings-editor').getByText('The log to follow').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('View: Close All Editors');
  });

  it('names a directory that holds no log', async () => {
    mkdirSync(join(directory, 'empty'));
    const path = follow('empty');
    await isSaid(
      `${path} holds no PostgreSQL log (a name that ends in .log, or in .csv or .json with a date or “postgres” in it)`,
    );
    await window.pictures('directory-without-log');
  });

  it('names a directory that holds the logs of several servers', async () => {
    mkdirSync(join(directory, 'several'));
    for (const name of ['one.log', 'two.log']) copyFileSync(recorded, join(directory, 'several', name));
    const path = follow('several');
    await isSaid(`${path} holds the logs of 2 servers: name one of them`);
  });

  it('names a file that may not be read', async function () {
    // Whoever is root may read everything.
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
    const path = follow('locked.log');
    writeFileSync(path, '');
    chmodSync(path, 0);
    await isSaid(`${path} may not be read by this user`);
  });

  it('names a file that is no log of PostgreSQL', async () => {
    const path = join(directory, 'other.log');
    writeFileSync(path, 'Dear diary,\n'.repeat(50));
    follow('other.log');
    await isSaid(
      `No line of ${path} is one of a PostgreSQL log: choose another log, or set its log_line_prefix.`,
    );
    await workbench.view('Failures').getByText('Nothing is known of failures').waitFor();
    await window.pictures('no-postgresql-log');
    await workbench.treeRow('Active', 'Set log_line_prefix in the Settings').click();
    await workbench.page.locator('.settings-editor').getByText('How each line').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('View: Close All Editors');
  });

  it('says that a log is empty so far', async () => {
    writeFileSync(join(directory, 'new.log'), '');
    follow('new.log');
    await workbench.view('Active').getByText('This log is empty so far.').waitFor();
    await window.pictures('empty-log');
  });

  it('says that the followed log was deleted, and goes on when it is there again', async () => {
    const path = join(directory, 'server.log');
    copyFileSync(recorded, path);
    follow('server.log');
    const connected = async () => {
      const row = (await workbench.treeRows('Active')).find(({ label }) => label.startsWith('shop: '));
      return Number(/\d+/.exec(row?.label ?? '0')?.[0]);
    };
    await eventually('the log is followed', async () => (await connected()) > 0);
    const before = await connected();
    rmSync(path);
    await isSaid(
      `${path} is not there: it will be followed as soon as the server writes it, or choose another log.`,
    );
    await workbench.webviewFrame().getByRole('button', { name: 'Choose Log…' }).waitFor();
    await window.pictures('deleted-log');
    const line = 'LOG:  connection authorized: user=web database=shop application_name=web-1';
    appendFileSync(path, `2027-01-05 10:00:00.000 UTC [77777] ${line}\n`);
    await eventually('one more is connected', async () => (await connected()) === before + 1);
  });

  it('leaves no error on the console', () => assert.deepEqual(window.consoleErrors, []));
});
