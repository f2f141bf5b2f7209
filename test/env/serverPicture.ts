import pg from 'pg';
import type { Browser } from 'playwright-core';
import { setTimeout as delay } from 'node:timers/promises';

import { demoFolder, runDemoWorkload, startDemoServer } from './demoWorkload.ts';
import { startEditor } from './editor.ts';
import { packedExtension } from './packedExtension.ts';
import { freshDirectory } from './runDirectory.ts';
import type { Server } from './servers.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** How long the demo runs before the picture: some sessions have come, and some wait. */
const runMs = 15_000;

/** Three sessions, of which one waits for the next. */
async function blockedSessions(server: Server): Promise<pg.Client[]> {
  const connect = async (application_name: string): Promise<pg.Client> => {
    const client = new pg.Client(
      server.clientConfig({
        user: 'postgres',
        database: 'postgres',
        host: server.socketDirectory,
        application_name,
      }),
    );
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const [first, second, third] = [
    await connect('migration'),
    await connect('report'),
    await connect('web-3'),
  ];
  await first.query('create table orders (); create table invoices ()');
  await first.query('begin; lock table orders');
  await second.query('begin; lock table invoices');
  void second.query('lock table orders').catch(() => undefined);
  void third.query('begin; lock table invoices').catch(() => undefined);
  return [first, second, third];
}

/** The Server view of the demo server, given to `save`. */
export async function takeServerPicture(
  browser: Browser,
  theme: string,
  save: (workbench: Workbench) => Promise<void>,
): Promise<void> {
  const server = await startDemoServer();
  const stopping = new AbortController();
  const workload = runDemoWorkload(server, { signal: stopping.signal });
  const clients = await blockedSessions(server);
  const editor = await startEditor({
    vsix: await packedExtension(),
    folder: demoFolder(server.dataDirectory),
    env: { HOME: freshDirectory('home') },
    settings: { 'workbench.colorTheme': theme },
  });
  try {
    const workbench = await openWorkbench(browser, editor);
    await workbench.openView('Connections');
    await workbench.treeRow('Active', 'By database').waitFor();
    for (const view of ['Active', 'Failures', 'Server']) await workbench.foldView(view);
    await workbench.runCommand('Connections: Connect to Server');
    await workbench.quickPickRow('The server of this log').click();
    await workbench.treeRow('Server', 'Connections').waitFor();
    await delay(runMs);
    await save(workbench);
    await workbench.close();
  } finally {
    stopping.abort();
    await editor.dispose();
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await workload;
    await server.dispose();
  }
}
