import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

import type { DiscoveredLog } from '../../src/core/log/logPlace.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import { describeServer } from '../../src/sources/discovery/describeServer.ts';
import { discoverLogs } from '../../src/sources/discovery/discover.ts';
import { machinePlaces } from '../../src/sources/discovery/places.ts';
import {
  applyLoggingChange,
  previewLoggingChange,
  undoLoggingChange,
} from '../../src/sources/logging/loggingChange.ts';
import type { LoggingUndo } from '../../src/sources/logging/loggingChange.ts';
import { availableMajors, newestMajor, startServer, type Server } from '../env/servers.ts';

const places = machinePlaces();

async function show(server: Server, name: string): Promise<string> {
  const client = new pg.Client(server.clientConfig());
  await client.connect();
  const { rows } = await client.query<Record<string, string>>(`SHOW ${name}`);
  await client.end();
  return rows[0]![name]!;
}

const describeLog = (server: Server): Promise<DiscoveredLog> =>
  describeServer({ kind: 'postmaster', dataDirectory: server.dataDirectory }, places);
const automatic = (server: Server) =>
  readFileSync(join(server.dataDirectory, 'postgresql.auto.conf'), 'utf8');
const stored = (undo: LoggingUndo) => JSON.parse(JSON.stringify(undo)) as LoggingUndo;
const until = async (condition: () => Promise<boolean>) => {
  const deadline = Date.now() + 5000;
  while (!(await condition()) && Date.now() < deadline) await delay(10);
  assert.ok(await condition());
};

describe('turning on connection logging', () => {
  let server: Server | undefined;
  const start = async (...options: Parameters<typeof startServer>) =>
    (server = await startServer(...options));
  afterEach(async () => {
    await server?.dispose();
    server = undefined;
  });

  for (const major of availableMajors()) {
    it(`by ALTER SYSTEM on PostgreSQL ${major}, and undoing it, leaves the server as it was`, async () => {
      const running = await start({ major, logTo: 'file' });
      const before = automatic(running);
      const log = await describeLog(running);
      assert.equal(log.connectionLogging, 'off');
      const preview = await previewLoggingChange(log);
      assert.deepEqual(preview.method === 'alterSystem' ? preview.statements : preview, [
        `ALTER SYSTEM SET log_connections = '${major >= 18 ? 'all' : 'on'}'`,
        "ALTER SYSTEM SET log_disconnections = 'on'",
        'SELECT pg_reload_conf()',
      ]);
      assert.equal(automatic(running), before, 'a preview changes nothing');
      const undo = stored(await applyLoggingChange(preview));
      assert.deepEqual(undo.notes, []);
      assert.equal((await describeLog(running)).connectionLogging, 'on');
      assert.equal(await show(running, 'log_disconnections'), 'on');
      const client = new pg.Client(running.clientConfig());
      await client.connect();
      await client.end();
      await until(() =>
        Promise.resolve(/disconnection: session time/.test(readFileSync(running.logFile, 'utf8'))),
      );
      if (major >= 18) assert.match(readFileSync(running.logFile, 'utf8'), /connection ready: setup total/);
      assert.deepEqual(await undoLoggingChange(undo), []);
      assert.equal(automatic(running), before);
      await until(async () => (await show(running, 'log_disconnections')) === 'off');
    });
  }

  it('keeps what was set by ALTER SYSTEM before, and what somebody sets in between', async () => {
    const running = await start({ major: newestMajor(), logTo: 'file' });
    const client = new pg.Client(running.clientConfig());
    await client.connect();
    await client.query("ALTER SYSTEM SET log_connections = 'receipt'");
    await client.query('SELECT pg_reload_conf()');
    const undo = await applyLoggingChange(await previewLoggingChange(await describeLog(running)));
    await client.query("ALTER SYSTEM SET log_disconnections = 'off'");
    await client.end();
    const notes = await undoLoggingChange(stored(undo));
    const kept = automatic(running)
      .split('\n')
      .filter((line) => line.startsWith('log_'));
    assert.deepEqual(kept.sort(), ["log_connections = 'receipt'", "log_disconnections = 'off'"]);
    assert.match(
      notes.map(renderSentence).join(),
      /^log_disconnections was changed since and is left as it is/,
    );
  });

  it('has nothing to do where it is on, and lifts log_min_messages that hides it', async () => {
    const settings = { log_connections: 'on', log_disconnections: 'on', log_min_messages: 'fatal' };
    const running = await start({ major: 15, logTo: 'file', settings });
    const log = await describeLog(running);
    assert.equal(log.connectionLogging, 'off');
    const preview = await previewLoggingChange(log);
    assert.deepEqual(preview.changes, [{ name: 'log_min_messages', before: 'fatal', after: 'warning' }]);
    await applyLoggingChange(preview);
    const again = await previewLoggingChange(await describeLog(running));
    assert.deepEqual(again.changes, []);
    assert.match(renderSentence(again.warnings[0]!), /on already/);
    await assert.rejects(applyLoggingChange(again), { name: 'SentenceError' });
  });

  it('writes a marked block where no superuser is let in, reloads, and removes exactly it', async () => {
    const running = await start({
      major: newestMajor(),
      logTo: 'file',
      hba: ['local all all reject', 'host all all all reject'],
    });
    const file = join(running.dataDirectory, 'postgresql.conf');
    const before = `${readFileSync(file, 'latin1').replaceAll('\n', '\r\n')}# na\xefve, no line end`;
    writeFileSync(file, before, 'latin1');
    const { mode, uid } = statSync(file);
    const preview = await previewLoggingChange(await describeLog(running));
    assert.equal(preview.method, 'configurationFile');
    assert.match(preview.warnings.map(renderSentence).join('\n'), /lets no superuser in \(.*reject/);
    const undo = stored(await applyLoggingChange(preview));
    assert.deepEqual(undo.notes, []);
    const changed = readFileSync(file, 'latin1');
    assert.match(
      changed.slice(before.length),
      /^\r\n# >>> PostgreSQL Connections.*\r\nlog_connections = 'all'\r\nlog_disconnections = 'on'\r\n# <<< .*\r\n$/,
    );
    assert.deepEqual([statSync(file).mode, statSync(file).uid], [mode, uid]);
    const logged = (text: string) =>
      until(() => Promise.resolve(readFileSync(running.logFile, 'utf8').includes(text)));
    await logged('parameter "log_connections" changed to "all"');
    assert.equal((await describeLog(running)).connectionLogging, 'on');
    assert.deepEqual(await undoLoggingChange(undo), []);
    assert.equal(readFileSync(file, 'latin1'), before);
    await logged('parameter "log_connections" removed from configuration file, reset to default');
    assert.match((await undoLoggingChange(undo)).map(renderSentence).join(), /was changed or removed since/);
  });

  it('writes the block for a stopped server, and says when it counts', async () => {
    const running = await start({ major: 15, logTo: 'file' });
    await running.stop();
    const preview = await previewLoggingChange(await describeLog(running));
    assert.match(
      renderSentence(preview.warnings[0]!),
      /not running: the change takes effect when it is started/,
    );
    const undo = await applyLoggingChange(preview);
    assert.match(undo.notes.map(renderSentence).join(), /takes effect when it is started/);
    await running.start();
    assert.equal(await show(running, 'log_connections'), 'on');
  });

  it('refuses what would have no effect, and what it does not know, with the next step', async () => {
    const running = await start({ major: 15, logTo: 'file', hba: ['host all all all reject'] });
    writeFileSync(join(running.dataDirectory, 'postgresql.auto.conf'), "log_connections = 'off'\n");
    const log = await describeLog(running);
    await assert.rejects(previewLoggingChange(log), /was set by ALTER SYSTEM.*RESET log_connections/);
    const file: DiscoveredLog = {
      id: '/x.log',
      kind: 'path',
      path: '/x.log',
      running: false,
      settings: {},
      connectionLogging: 'unknown',
    };
    await assert.rejects(
      previewLoggingChange(file),
      /Which server writes \/x\.log is not known: .*ALTER SYSTEM SET log_connections = 'on'; /,
    );
  });

  it('does not touch another server that listens at the configured port', async () => {
    const running = await start({ major: 15, logTo: 'file' });
    const log = { ...(await describeLog(running)), dataDirectory: '/nowhere', configFile: undefined };
    await assert.rejects(previewLoggingChange(log), /at port \d+ is another server/);
  });
});

describe('discovery of real servers', () => {
  it('finds a running one with its log, port, version and start, and forgets it after a crash', async function () {
    if (process.platform !== 'linux') this.skip();
    for (const logTo of ['file', 'collector'] as const) {
      const server = await startServer({ major: newestMajor(), logTo });
      const startedBefore = Date.now();
      const find = async () => (await discoverLogs(places)).find(({ id }) => id === server.dataDirectory);
      const log = await find();
      assert.ok(log);
      assert.deepEqual(
        [log.kind, log.running, log.port, log.majorVersion, log.postmasterPid, log.problem],
        ['postmaster', true, server.port, server.major, server.pid, undefined],
      );
      assert.equal(log.socketDirectory, server.socketDirectory);
      assert.ok(Math.abs(log.startedAt! - startedBefore) < 60_000);
      const place = log.place!;
      if (place.kind === 'files') assert.deepEqual(place.paths, [server.logFile]);
      else assert.equal(join(place.directory, 'postgresql-*.log'), log.path);
      await server.kill();
      assert.equal(await find(), undefined);
      assert.equal((await describeLog(server)).running, false);
      await server.dispose();
    }
  });
});
