import type { Browser } from 'playwright-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { demoFolder } from './demoWorkload.ts';
import { startEditor } from './editor.ts';
import { packedExtension } from './packedExtension.ts';
import { playPoolStories } from './pools/sqlalchemy.ts';
import { openPoolScene, type PoolScene } from './poolScene.ts';
import { freshDirectory } from './runDirectory.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** How long the load runs before the picture. */
const runMs = 45_000;
/** The pooler and the server are not asked at the same moment: a moment at which both say the same. */
const tracedAsCounted = /^web .* ([12]) with a backend.* the server counts \1$/;

/** Clients that come and go in waves, until the signal aborts: sometimes more want a backend than there are. */
async function load(scene: PoolScene, signal: AbortSignal): Promise<void> {
  const pause = (ms: number): Promise<unknown> => delay(ms, undefined, { signal }).catch(() => undefined);
  const applications = ['web', 'web', 'web', 'worker', 'reports'];
  const clients = await Promise.all(applications.map((application) => scene.connect(application)));
  await Promise.all(
    clients.map(async ({ client }, index) => {
      while (!signal.aborted) {
        const holdMs = 700 + 900 * index;
        await client
          .query('begin; select 1')
          .then(() => pause(holdMs))
          .then(() => client.query('commit'))
          .catch(() => undefined);
        await pause(2500 - 400 * index);
      }
    }),
  );
}

/** Adds what is to be followed, as a user does. */
async function addPools(workbench: Workbench, scene: PoolScene, logFile: string): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('Connections: Add Pool');
  await workbench.quickPickRow('The console of a PgBouncer').click();
  await workbench.quickInput().fill(scene.uri);
  await page.keyboard.press('Enter');
  const secret = page.locator('.quick-input-widget input[type=password]');
  await secret.fill(scene.password);
  await secret.press('Enter');
  await workbench.treeRow('Pools', 'stats@').waitFor();
  await workbench.runCommand('Connections: Add Pool');
  await workbench.quickPickRow('The log of an application').click();
  await workbench.chooseFile('Choose the log of an application', logFile);
  await workbench.quickPickRow('None of them, or not known').click();
  await workbench.treeRow('Pools', 'orders.log').waitFor();
}

/** The Pools view of a PgBouncer under load and of a SQLAlchemy, and the chart beside it, given to `save`. */
export async function takePoolPicture(
  browser: Browser,
  theme: string,
  save: (workbench: Workbench) => Promise<void>,
): Promise<void> {
  const scene = await openPoolScene('stats');
  const stopping = new AbortController();
  const directory = join(freshDirectory('p'), 'app');
  mkdirSync(directory);
  const logFile = join(directory, 'orders.log');
  const editor = await startEditor({
    vsix: await packedExtension(),
    folder: demoFolder(scene.server.dataDirectory),
    env: { HOME: freshDirectory('home') },
    settings: { 'workbench.colorTheme': theme, 'pgConnections.notifications': 'off' },
  });
  let loading: Promise<void> | undefined;
  try {
    await playPoolStories(scene.server, [{ story: 'nested', format: 'timed', logFile, processes: 1 }]);
    const workbench = await openWorkbench(browser, editor);
    await workbench.openView('Connections');
    await workbench.view('Active').getByText('Nobody is connected right now').waitFor();
    for (const view of ['Active', 'Failures']) await workbench.foldView(view);
    await workbench.runCommand('Connections: Connect to Server');
    await workbench.quickPickRow('The server of this log').click();
    await addPools(workbench, scene, logFile);
    loading = load(scene, stopping.signal);
    await workbench.treeRow('Pools', 'shop/app').click();
    await workbench.treeRow('Pools', 'web').click();
    await workbench.treeRow('Pools', 'shop/app').hover();
    await workbench.treeRow('Pools', 'shop/app').getByRole('button', { name: 'Show Pool Chart' }).click();
    await workbench.webviewFrame().locator('svg .out').waitFor({ state: 'attached' });
    await delay(runMs);
    await workbench
      .view('Pools')
      .getByRole('treeitem', { name: tracedAsCounted })
      .waitFor({ timeout: 90_000 });
    await save(workbench);
    await workbench.close();
  } finally {
    stopping.abort();
    await editor.dispose();
    await loading;
    await scene.dispose();
  }
}
