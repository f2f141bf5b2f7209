import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ConnectionsApi } from '../../src/extension.ts';
import { createLog, type LogFixture } from './logFixture.ts';
import { ownExtension, run, set, until } from './window.ts';

describe('the demo', () => {
  let api: ConnectionsApi;
  let log: LogFixture;
  const paths = (): (string | undefined)[] => api.followed.all.map(({ log: { path } }) => path);
  const isShown = (): boolean => api.followed.status?.log.kind === 'demo';

  before(async () => {
    api = await ownExtension().activate();
    log = await createLog('real.log');
    await log.connect(401, 'app', 'shop', 'web');
    await set('log', log.path);
    await vscode.commands.executeCommand('pgConnections.active.focus');
    await until('the log is read', () => paths()[0] === log.path && api.followed.status?.active === 1);
  });
  after(async () => {
    await set('log', undefined);
    await log.remove();
  });

  it('plays a server with an hour of history beside the followed log, and goes on', async () => {
    await run('tryDemo');
    await until('it is read', () => isShown() && api.followed.status?.state === 'following');
    const { totals, active, activeIs } = api.followed.status!;
    assert.ok(totals.connects > 1000 && totals.failures > 100, JSON.stringify(totals));
    assert.ok(active >= 8, `${active} sessions`);
    assert.equal(activeIs, 'exact');
    assert.equal(api.followed.all.length, 2);
    await until('it goes on', () => (api.followed.status?.totals.connects ?? 0) > totals.connects);
  });

  it('opens a failure as any log does', async () => {
    await run('latestFailure');
    await until('it is open', () =>
      /FATAL: {2}/.test(vscode.window.activeTextEditor?.document.getText() ?? ''),
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('is shown again, not played twice', async () => {
    await run('showLogOf', { sourceId: api.followed.all[0]?.sourceId });
    assert.ok(!isShown());
    await run('tryDemo');
    assert.ok(isShown());
    assert.equal(api.followed.all.length, 2);
  });

  it('is gone once it is stopped, and remembered by nobody', async () => {
    await run('stopDemo');
    assert.deepEqual(paths(), [log.path]);
    await run('lookAgain');
    assert.deepEqual(paths(), [log.path]);
  });

  it('plays alone where no log can be followed, which is said again when it is stopped', async () => {
    await set('log', `${log.path}.gone`);
    await until('there is no log', () => api.followed.phase === 'refused');
    await run('tryDemo');
    await until('it is read', () => (api.followed.status?.active ?? 0) >= 8);
    assert.deepEqual([api.followed.phase, api.followed.all.length], ['followed', 1]);
    await run('stopDemo');
    await until('it is said again', () => api.followed.phase === 'refused');
    assert.deepEqual(paths(), []);
  });
});
