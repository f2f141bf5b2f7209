import assert from 'node:assert/strict';
import { EventEmitter, ViewColumn, window } from 'vscode';
import { DashboardPage } from '../../src/views/dashboardPage.ts';
import type { FollowedLog } from '../../src/views/followedLog.ts';
import { ownExtension, settled, until } from './window.ts';

describe('the dashboard in an editor', () => {
  it('is drawn no more when it is closed as soon as its page has spoken', async () => {
    const panel = window.createWebviewPanel('pgConnections.test', 'Test', ViewColumn.Active);
    const errors: unknown[] = [];
    let isClosed = false;
    const changed = new EventEmitter<void>();
    // what the page asks for first
    const start = (): Promise<void> => {
      panel.dispose();
      isClosed = true;
      return Promise.resolve();
    };
    const page = new DashboardPage(panel.webview, () => panel.visible, {
      followed: { onDidChange: changed.event, start, all: [], version: 0 } as unknown as FollowedLog,
      extensionUri: ownExtension().extensionUri,
      open: () => Promise.resolve(),
      failed: (error) => errors.push(error),
    });
    panel.onDidDispose(() => page.dispose());
    await until('it is closed', () => isClosed);
    await settled();
    assert.deepEqual(errors, []);
  });
});
