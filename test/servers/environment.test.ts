import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

import { availableMajors, newestMajor, startServer, type Server } from '../env/servers.ts';

async function connectOnce(server: Server, overrides: pg.ClientConfig = {}): Promise<string> {
  const client = new pg.Client(server.clientConfig(overrides));
  await client.connect();
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  await client.end();
  return rows[0]!.version;
}

describe('the servers of the tests', () => {
  it('are real, of the newest major, and leave nothing behind', async () => {
    const server = await startServer({
      major: newestMajor(),
      logTo: 'file',
      settings: { log_connections: 'on' },
    });
    assert.equal(await connectOnce(server), server.version);
    assert.match(readFileSync(server.logFile, 'utf8'), /connection authorized: user=postgres/);
    const { pid, dataDirectory, logFile } = server;
    await server.dispose();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.ok(!existsSync(dataDirectory));
    assert.ok(!existsSync(logFile));
  });

  it('start in every supported major that npm has for this machine', async () => {
    for (const major of availableMajors()) {
      const server = await startServer({ major, logTo: 'collector', logFormat: 'csv' });
      assert.equal(await connectOnce(server), server.version);
      assert.match(server.logFile, /\.csv$/);
      await server.dispose();
    }
  }).timeout(60_000);

  it('keep their port, their files and their log over a restart, a crash and a reload', async () => {
    const server = await startServer({ major: newestMajor(), logTo: 'file' });
    const first = server.pid;
    await server.restart('fast');
    assert.notEqual(server.pid, first);
    await server.kill();
    await server.start();
    server.configure({ log_connections: 'on' });
    server.reload();
    while (!readFileSync(server.logFile, 'utf8').includes('"log_connections" changed to "on"'))
      await delay(5);
    assert.equal(await connectOnce(server), server.version);
    assert.match(readFileSync(server.logFile, 'utf8'), /was not properly shut down/);
    await server.stop('immediate');
    await server.dispose();
  });

  it('answer on their own Unix socket', async function () {
    const server = await startServer({ major: newestMajor(), logTo: 'file' });
    try {
      if (server.socketDirectory === undefined) this.skip();
      assert.equal(await connectOnce(server, { host: server.socketDirectory }), server.version);
    } finally {
      await server.dispose();
    }
  });

  it('say why they do not start', async () => {
    const start = startServer({ major: newestMajor(), logTo: 'file', settings: { max_connections: 'many' } });
    await assert.rejects(start, /did not start:[^]*max_connections/);
  });
});
